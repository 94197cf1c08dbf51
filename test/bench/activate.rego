# The activation check in Rego, with sets instead of a loop over flags, which is its best form.
package activate

owned := {row.flag | some row in data.manifest.flag_ownership_table; row.state == "live"; row.verification == "verified"; row.owner != null}

listed := {host | some host in data.manifest.cluster_inventory}

counted := [r | some r in input; r.cluster == data.manifest.cluster; r.hostname in listed]

other contains r.hostname if {
	some r in counted
	r.binary_sha256 != data.manifest.binary_sha256
}

orphans contains r.hostname if {
	some r in counted
	bound := {b.flag | some b in r.bound_flags}
	count(bound - owned) > 0
}

seen := {r.hostname | some r in counted}

answer := {"servers_on_other_binary": other, "orphans": count(orphans), "silent": count(listed - seen)}
