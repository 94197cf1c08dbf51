# What does this machine run? Asked by `haunted collect` over ssh: given to `sh -s` on standard input, writes nothing to disk,
# leaves nothing behind, and needs no more than ls, awk, head, tr, readlink and one tool that knows sha256. Starting a program is
# what costs time here, so the shell itself does whatever it can. The words h_… that are used and never set are set in front of
# this text. Answers are lines `key words…`; bytes are `data KEY CODING`, lines, `.`. Nothing here judges: what is found is handed
# back, and host-facts.ts and host-report.ts make a report of it.

# The kernel's tables hold bytes, not letters, and no alias or localised word may come between.
LC_ALL=C
TZ=UTC0
PATH=$PATH:/usr/bin:/bin:/usr/sbin:/sbin
export LC_ALL TZ PATH
h_newline='
'

h_has() { command -v "$1" >/dev/null 2>&1; }
h_say() { printf '%s\n' "$*"; }
# The answer ends: with everything, or with a code and where it helps a word.
h_end() {
  h_say "$h_mark" end
  exit 0
}
h_stop() {
  h_say stop "$@"
  h_end
}

# Bytes as text: everybody has one of the three.
if h_has base64; then h_coding=base64 h_encoder=base64
elif h_has openssl; then h_coding=base64 h_encoder='openssl base64'
else h_coding=hex h_encoder='od -An -v -tx1'
fi
h_put() {
  h_say data "$1" "$h_coding"
  $h_encoder
  h_say .
}
# A text, plain where it is plain.
h_tell() {
  case $2 in
    '' | *[!A-Za-z0-9_./:@+=,~\ \(\)-]*) printf '%s' "$2" | h_put "$1" ;;
    *) h_say "$1" "$2" ;;
  esac
}

h_sum=
if h_has sha256sum; then h_sum=sha256sum
elif h_has openssl; then h_sum='openssl dgst -sha256 -r'
elif h_has shasum; then h_sum='shasum -a 256'
elif h_has busybox && busybox sha256sum </dev/null >/dev/null 2>&1; then h_sum='busybox sha256sum'
fi

# ---- which processes --------------------------------------------------------------------------------------------------------

# Searching is only worth something when all processes are shown.
h_all_visible() {
  [ -r /proc/1/stat ] || h_stop hidden
}

h_by_pid_file() {
  h_all_visible
  [ -e "$h_pid_file" ] || h_stop no_pid_file
  [ -f "$h_pid_file" ] && [ -r "$h_pid_file" ] || h_stop unreadable_pid_file
  read -r h_roots <"$h_pid_file"
  case $h_roots in '' | *[!0-9]*) h_stop bad_pid_file ;; esac
}

# Command lines as `ps` shows them, arguments joined by spaces. One head for all, for a process for each is slow where there are many.
h_by_command() {
  h_all_visible
  h_text=$h_command
  export h_text
  h_above_us
  for h_pid in $(head -c 131072 /dev/null /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' |
    awk '/^==> \/proc\/[0-9]+\/cmdline <==$/ { split($2, part, "/"); pid = part[3]; next }
      pid != "" && index($0, ENVIRON["h_text"]) { print pid }'); do
    case $h_above in *" $h_pid "*) continue ;; esac
    # A process may write such a heading into its own command line: look at each by itself.
    h_line=$(tr '\0\n' '  ' <"/proc/$h_pid/cmdline" 2>/dev/null)
    case $h_line in
      *"--command $h_command"* | *"--command=$h_command"*) ;;
      *"$h_command"*) h_roots="$h_roots $h_pid" ;;
    esac
  done
}

h_by_port() {
  h_all_visible
  h_found=$(ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v port="$h_port" '
    BEGIN {
      tables[1] = "/proc/self/net/tcp"; tables[2] = "/proc/self/net/tcp6"
      for (t = 1; t <= 2; t++) while ((getline row < tables[t]) > 0) {
        split(row, field, " ")
        if (field[4] == "0A" && substr(field[2], length(field[2]) - 3) == port) wanted[field[10]] = 1
      }
    }
    /^\/proc\/[0-9]+\/fd:$/ { split($0, part, "/"); pid = part[3]; next }
    match($0, / -> socket:\[[0-9]+\]$/) {
      inode = substr($0, RSTART + 12, RLENGTH - 13)
      if (inode in wanted) { held[inode] = 1; if (!(pid in seen)) { seen[pid] = 1; print pid } }
    }
    END { for (inode in wanted) if (!(inode in held)) print "orphan" }')
  # A socket that nobody holds whom we may look into is held by somebody whom we may not look into.
  case $h_found in *orphan*) h_stop forbidden_port ;; esac
  h_roots=$h_found
}

h_by_cgroup() {
  h_group=
  for h_mount in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
    h_at=$h_mount/$1
    case $1 in /sys/fs/cgroup | /sys/fs/cgroup/*) h_at=$1 ;; esac
    [ -e "$h_at/cgroup.procs" ] && h_group=$h_at && break
  done
  [ -n "$h_group" ] || h_stop no_cgroup
  # A group's own file lists only its own.
  h_roots=$(find "$h_group" -name cgroup.procs -exec cat {} + 2>/dev/null)
  for h_pid in $h_roots; do [ "$h_pid" = 0 ] && h_stop foreign_cgroup; done
}

h_by_unit() {
  h_has systemctl || h_stop no_systemd
  h_state=
  h_in=
  h_shown=$(systemctl show --property=LoadState --property=ActiveState --property=MainPID --property=ControlGroup -- "$h_unit" 2>/dev/null) ||
    h_stop no_systemd
  while IFS='=' read -r h_key h_value; do
    case $h_key in
      LoadState) [ "$h_value" = not-found ] && h_stop no_unit ;;
      ActiveState) h_state=$h_value ;;
      MainPID) [ "$h_value" = 0 ] || h_say main "$h_value" ;;
      ControlGroup) h_in=$h_value ;;
    esac
  done <<END
$h_shown
END
  [ -n "$h_in" ] || h_stop dead_unit "$h_state"
  h_by_cgroup "$h_in"
}

# One process from its own line of /proc: h_state, h_parent and h_ticks. comm is whatever the process likes, so fields are counted
# after the LAST parenthesis; starttime is field 22 (proc_pid_stat(5)).
h_stat() {
  h_line=
  while IFS= read -r h_piece || [ -n "$h_piece" ]; do h_line=$h_line$h_piece; done <"/proc/$1/stat"
  case $h_line in *')'*) ;; *) return 1 ;; esac
  set -f
  set -- ${h_line##*)}
  set +f
  h_state=$1 h_parent=$2 h_ticks=${20}
}

# The shells above us may hold the text we look for only because somebody asked for it.
h_above_us() {
  h_above=' '
  h_pid=$$
  while [ "$h_pid" != 0 ] && h_stat "$h_pid"; do
    h_above="$h_above$h_pid "
    h_pid=$h_parent
  done
}

# `pid parent ticks` of the roots and, with family=1, of all they started, in h_found. Zombies run nothing any more; this shell and
# what it started are not the service, though the service may have started us. A child that the kernel skips because its neighbour
# just ended shows in the second look.
h_family() {
  h_found=
  h_done=" $$ "
  h_queue=$1
  while [ -n "$h_queue" ]; do
    h_next=
    for h_pid in $h_queue; do
      case $h_done in *" $h_pid "*) continue ;; esac
      h_done="$h_done$h_pid "
      h_stat "$h_pid" || continue
      case $h_state in [ZXx]) continue ;; esac
      h_found="$h_found$h_pid $h_parent $h_ticks$h_newline"
      [ "$h_with_family" = 1 ] || continue
      [ -e "/proc/$h_pid/task/$h_pid/children" ] || h_stop no_children
      for h_task in /proc/"$h_pid"/task/*; do
        read -r h_kids <"$h_task/children"
        h_next="$h_next $h_kids"
      done
    done
    h_queue=${h_next# }
  done
  h_found=${h_found%"$h_newline"}
}

# ---- what they run ----------------------------------------------------------------------------------------------------------

# Hashes the file behind /proc/PID/exe through an open descriptor, never a path, and makes sure it was the same at the end.
h_running() {
  h_digest=
  { h_digest=$($h_sum <&3 2>/dev/null) && { [ "/proc/$1/exe" -ef /proc/self/fd/3 ] || h_stop moved "$1"; }; } 3<"/proc/$1/exe" 2>/dev/null
  [ -n "$h_digest" ] || h_stop unreadable "$1"
  h_say running "$1" "${h_digest%% *}"
}

# The file that the next start would run, seen from the process's own root: the one the kernel names, or h_compare.
h_on_disk() {
  h_root=
  [ "/proc/$1/ns/mnt" -ef /proc/$$/ns/mnt ] || h_root=/proc/$1/root
  h_link=${h_listing#*" /proc/$1/exe -> "}
  h_link=${h_link%%"$h_newline"*}
  if ! [ "/proc/$1/exe" -ef "$h_root$h_link" ]; then
    # Replaced or removed, or ls could not print the name: only readlink tells it byte for byte.
    h_link=$(readlink "/proc/$1/exe" && echo .) || h_stop unreadable "$1"
    h_link=${h_link%??}
  fi
  h_tell link "$h_link"
  h_disk=${h_compare:-$h_link}
  # A file may truly be called that, and an old mark stays when another hard link lives.
  case $h_disk in
    *' (deleted)')
      if [ -f "$h_root${h_disk% (deleted)}" ] && ! [ "/proc/$1/exe" -ef "$h_root$h_disk" ]; then h_disk=${h_disk% (deleted)}; fi ;;
  esac
  [ "$h_disk" = "$h_link" ] || h_tell path "$h_disk"
  if [ "/proc/$1/exe" -ef "$h_root$h_disk" ]; then h_say disk same
  elif ! [ -f "$h_root$h_disk" ]; then
    # Not there, or behind a folder we may not enter.
    h_at=$h_root$h_disk
    while [ -n "$h_at" ] && ! [ -e "$h_at" ]; do h_at=${h_at%/*}; done
    [ -z "$h_at" ] || [ -x "$h_at" ] || h_stop unreadable_disk
    h_say disk none && return
  else
    h_digest=$($h_sum <"$h_root$h_disk") 2>/dev/null || h_stop unreadable_disk
    h_say disk "${h_digest%% *}"
  fi
  [ -n "$h_touched" ] || { h_touched=$h_root$h_disk && h_say touched "$1"; }
}

# ---- what reaches them ------------------------------------------------------------------------------------------------------

# Sockets these processes listen on, and how many connections stand: those they hold and those that wait at their doors, less
# those to themselves. ports="" means every port they listen on.
h_sockets() {
  h_tables=
  h_seen=
  for h_pid in $h_pids; do
    h_new=1
    for h_other in $h_seen; do [ "/proc/$h_pid/ns/net" -ef "/proc/$h_other/ns/net" ] && h_new= && break; done
    [ -n "$h_new" ] || continue
    h_seen="$h_seen $h_pid"
    h_tables="$h_tables /proc/$h_pid/net/tcp /proc/$h_pid/net/tcp6"
  done
  awk -v ports="$h_traffic_ports" -v tables="$h_tables" '
    function plain(end) { sub(/^0000000000000000FFFF0000/, "", end); return end }
    function door(end) { end = plain(end); sub(/^0+:/, "*:", end); return end }
    match($0, / -> socket:\[[0-9]+\]$/) { held[substr($0, RSTART + 12, RLENGTH - 13)] = 1 }
    END {
      last = split(tables, table, " ")
      for (t = 1; t <= last; t++) while ((getline line < table[t]) > 0) {
        split(line, field, " ")
        if (field[4] != "0A" && field[4] != "01") continue
        n++; near[n] = field[2]; far[n] = field[3]; state[n] = field[4]; inode[n] = field[10]; row[n] = line
      }
      count = split(ports, list, " ")
      for (i = 1; i <= count; i++) wanted[list[i]] = 1
      for (i = 1; i <= n; i++) {
        if (!(inode[i] in held)) continue
        ends[plain(near[i]) " " plain(far[i])] = 1
        if (state[i] != "0A") continue
        port = near[i]; sub(/.*:/, "", port)
        doors[door(near[i])] = 1
        if (count == 0) wanted[port] = 1
        print "listen", row[i]
      }
      for (i = 1; i <= n; i++) {
        if (state[i] != "01") continue
        port = near[i]; sub(/.*:/, "", port)
        if (!(port in wanted)) continue
        queued = inode[i] == 0 && ((door(near[i]) in doors) || (("*:" port) in doors))
        if (!queued && !(inode[i] in held)) continue
        if ((plain(far[i]) " " plain(near[i])) in ends) continue
        established++
      }
      print "established", established + 0
    }' <<END
$h_listing
END
}

# A file's digest, or its first bytes.
h_file() {
  if ! [ -e "$3" ]; then h_say "$1" "$2" missing
  elif ! [ -f "$3" ]; then h_say "$1" "$2" not_a_file
  elif ! [ -r "$3" ]; then h_say "$1" "$2" unreadable
  elif [ "$1" = config ]; then
    h_digest=$($h_sum <"$3") || h_digest=unreadable
    h_say config "$2" "${h_digest%% *}"
  else
    h_say flags "$2" there
    head -c "$h_file_bytes" <"$3" | h_put "flags.$2"
  fi
}

# Only variables with one of the prefixes leave the machine: an environment holds secrets.
h_environment() {
  export h_prefixes
  tr '\n\0' '\001\n' <"/proc/$1/environ" 2>/dev/null | awk '
    BEGIN { n = split(ENVIRON["h_prefixes"], prefix, "\n") }
    { for (i = 1; i <= n; i++) if (prefix[i] != "" && index($0, prefix[i]) == 1) { print; next } }' | h_put environment
}

# A command line may hold secrets too: it leaves the machine only when an argument that holds switches is in it. read drops the
# NULs between arguments, which is good enough for a first look.
h_arguments() {
  while IFS= read -r h_piece || [ -n "$h_piece" ]; do
    for h_name in $h_flag_args; do
      case $h_piece in *"-$h_name"*) head -c 131072 <"/proc/$1/cmdline" | h_put arguments; return ;; esac
    done
  done 2>/dev/null <"/proc/$1/cmdline"
}

# ---- the answer -------------------------------------------------------------------------------------------------------------

h_main() {
  # After whatever a login shell has printed, on a line of its own.
  printf '\n%s begin\n' "$h_mark"
  [ -r /proc/self/stat ] || h_stop no_proc
  for h_need in ls awk head tr readlink; do h_has "$h_need" || h_stop no_tool "$h_need"; done
  [ -n "$h_sum" ] || h_stop no_sha256

  h_roots=
  h_with_family=1
  case $h_finder in
    pid) h_roots=$h_pid_wanted h_with_family=0 ;;
    pid_file) h_by_pid_file ;;
    command) h_by_command ;;
    port) h_by_port ;;
    cgroup) h_with_family=0 && h_by_cgroup "$h_cgroup" ;;
    unit) h_with_family=0 && h_by_unit ;;
  esac
  h_family "$h_roots"
  [ -n "$h_found" ] || h_stop no_process
  h_first_look=$h_found

  # Workers of one binary are hashed once: the kernel says which of them run the same file.
  h_pids=
  h_kinds=
  h_look=
  while read -r h_pid h_parent h_ticks; do
    h_same=
    for h_other in $h_kinds; do [ "/proc/$h_pid/exe" -ef "/proc/$h_other/exe" ] && h_same=$h_other && break; done
    if [ -z "$h_same" ]; then
      # Threads of the kernel run no file; anything else that cannot be read cannot be proven.
      if [ "$h_parent" = 2 ] || [ "$h_pid" = 2 ] || ! [ -d "/proc/$h_pid" ]; then continue; fi
      [ -r "/proc/$h_pid/exe" ] || h_stop unreadable "$h_pid"
      h_same=$h_pid
      h_kinds="$h_kinds $h_pid"
      h_look="$h_look /proc/$h_pid/exe /proc/$h_pid/ns/pid"
    fi
    h_say process "$h_pid" "$h_parent" "$h_ticks" "$h_same"
    h_pids="$h_pids $h_pid"
    h_look="$h_look /proc/$h_pid/fd/"
  done <<END
$h_found
END
  [ -n "$h_pids" ] || h_stop no_process

  h_listing=$(ls -l $h_look 2>/dev/null)
  # In which numbering of processes: containers of one machine share its boot id and all have a process 1.
  h_space=${h_listing#*'/ns/pid -> pid:['}
  h_space=${h_space%%']'*}
  case $h_space in '' | *[!0-9]*) ;; *) h_say space "$h_space" ;; esac
  h_touched=
  for h_pid in $h_kinds; do
    h_running "$h_pid"
    h_on_disk "$h_pid"
  done
  # Reading the tables costs the kernel a walk through all of them.
  case $h_listing in
    *' -> socket:['*) h_sockets ;;
    *) h_say established 0 ;;
  esac

  h_n=0
  [ -z "$h_config_files" ] || while IFS= read -r h_name; do h_file config $h_n "$h_name"; h_n=$((h_n + 1)); done <<END
$h_config_files
END
  h_n=0
  [ -z "$h_flag_files" ] || while IFS= read -r h_name; do h_file flags $h_n "$h_name"; h_n=$((h_n + 1)); done <<END
$h_flag_files
END
  for h_pid in $h_pids; do
    [ -z "$h_prefixes" ] || h_environment "$h_pid"
    [ -z "$h_flag_args" ] || h_arguments "$h_pid"
  done

  # The second look: nobody may have ended or made way for another meanwhile, and who is new must run what was hashed.
  h_family "$h_roots"
  h_second_look=$h_found$h_newline
  while IFS= read -r h_line; do
    case $h_second_look in *"$h_line$h_newline"*) ;; *) h_stop moved "${h_line%% *}" ;; esac
  done <<END
$h_first_look
END
  h_first_look=$h_first_look$h_newline
  while IFS= read -r h_line; do
    case $h_first_look in *"$h_line$h_newline"*) continue ;; esac
    h_same=
    for h_other in $h_kinds; do [ "/proc/${h_line%% *}/exe" -ef "/proc/$h_other/exe" ] && h_same=1; done
    [ -n "$h_same" ] || h_stop moved "${h_line%% *}"
  done <<END
$h_found
END
  read -r h_boot </proc/sys/kernel/random/boot_id && h_say boot "$h_boot"
  read -r h_uptime h_idle </proc/uptime
  h_say uptime "$h_uptime"
  h_times=
  if h_has stat; then
    # A process's own folder in /proc is as old as the look at it, so one stat tells the time and the other times.
    [ "$h_finder" = pid_file ] || h_pid_file=
    [ -z "$h_pid_file" ] || h_say written
    h_times=$(stat -L -c 'time %y/%z' /proc/self/ ${h_touched:+"$h_touched"} ${h_pid_file:+"$h_pid_file"}) || h_times=
  fi
  if [ -n "$h_times" ]; then h_say "$h_times"; else h_say time "$(date -u '+%Y-%m-%d %H:%M:%S')/"; fi
  h_end
}
h_main </dev/null 2>/dev/null
