# The activation check over NDJSON in jq: which servers run another binary or config, which switches no owner stands for, who is silent.
# jq -n --slurpfile manifest manifest.json --arg oldest 2012-… -f activate.jq reports.ndjson
$manifest[0] as $m
| ($m.flag_ownership_table
   | map(select(.state == "live" and .verification == "verified" and .owner != null) | {key: .flag, value: .meaning})
   | from_entries) as $owned
| ($m.cluster_inventory | map({key: ., value: true}) | from_entries) as $listed
| reduce inputs as $r ({seen: {}, other: [], orphans: []};
    if $r.cluster != $m.cluster or ($listed[$r.hostname] | not) or $r.observed_at < $oldest then .
    else .seen[$r.hostname] = true
      | if $r.binary_sha256 != $m.binary_sha256 or $r.config_sha256 != $m.config_sha256 then .other += [$r.hostname] else . end
      | ([$r.bound_flags[] | select($owned[.flag] == null or (.meaning != null and .meaning != $owned[.flag])) | .flag]) as $bad
      | if ($bad | length) > 0 then .orphans += [{hostname: $r.hostname, flags: $bad}] else . end
    end)
| {servers_on_other_binary: (.other | sort),
   orphans: (.orphans | length),
   silent: (($m.cluster_inventory | length) - (.seen | length))}
