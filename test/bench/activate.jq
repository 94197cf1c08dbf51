# The activation check over NDJSON in jq: which servers run another binary or config, which switches no owner stands for, who is silent.
# jq -n --slurpfile manifest manifest.json --arg oldest 2012-… -f activate.jq reports.ndjson
$manifest[0] as $m
| ($m.flag_ownership_table
   | map(select(.state == "live" and .verification == "verified" and .owner != null) | {key: .flag, value: .meaning})
   | from_entries) as $owned
| ($m.cluster_inventory | map({key: ., value: true}) | from_entries) as $listed
| [inputs
   | select(.cluster == $m.cluster and $listed[.hostname] and .observed_at >= $oldest)
   | {hostname,
      is_other: (.binary_sha256 != $m.binary_sha256 or .config_sha256 != $m.config_sha256),
      orphans: (.bound_flags
                | map(select($owned[.flag] == null or (.meaning != null and .meaning != $owned[.flag])))
                | length)}] as $rows
| {servers_on_other_binary: ([$rows[] | select(.is_other).hostname] | sort),
   orphans: ([$rows[] | select(.orphans > 0)] | length),
   silent: (($m.cluster_inventory | length) - ([$rows[].hostname] | unique | length))}
