#!/bin/sh
# GNU parallel over several hosts: two of them, which are this one, through an sshd of our own on the loopback.
package='parallel openssh-server openssh-client'
. "$(dirname "$0")/common.sh"
need parallel sshd ssh ssh-keygen

port=$((20000 + $$ % 20000))
ssh-keygen -q -t ed25519 -N '' -f "$work/host"
ssh-keygen -q -t ed25519 -N '' -f "$work/user"
cp "$work/user.pub" "$work/authorized"
chmod 600 "$work/authorized"
[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
cat >"$work/sshd.conf" <<EOF
Port $port
ListenAddress 127.0.0.1
ListenAddress 127.0.0.2
HostKey $work/host
AuthorizedKeysFile $work/authorized
PidFile $work/sshd.pid
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
EOF
$(PATH=$PATH:/usr/sbin command -v sshd) -f "$work/sshd.conf" -E "$work/sshd.log" || skip "sshd does not start: $(tail -1 "$work/sshd.log")"
stop_sshd() { stop "$work/sshd.pid"; }
cleaners=stop_sshd
ssh="ssh -p $port -i $work/user -o UserKnownHostsFile=$work/known -o StrictHostKeyChecking=no -o LogLevel=ERROR -o BatchMode=yes"
wait_for 10 $ssh 127.0.0.1 true || skip "no ssh to 127.0.0.1: $(tail -1 "$work/sshd.log")"
wait_for 10 $ssh 127.0.0.2 true || skip "no ssh to 127.0.0.2"
hosts="1/$ssh 127.0.0.1,1/$ssh 127.0.0.2"
cd "$work"
mkdir home
export HOME="$work/home" # parallel keeps things there

# the example of the README, with these hosts
parallel --will-cite --joblog "$work/log" --wd "$work" -S "$hosts" "$unspin" batch -q --resume -o restored --shard {}/7 spun ::: $(seq 7)
"$unspin" batch --merge -o restored
parallel --will-cite --wd "$work" -S "$hosts" "$unspin" batch -q --resume -o lines --shard {}/7 big.jsonl ::: $(seq 7)
"$unspin" batch --merge -o lines
for host in 127.0.0.1 127.0.0.2; do
  cut -f 2 "$work/log" | grep -q "$host" || { echo "parallel: $host did nothing"; exit 1; }
done
same_as_single
