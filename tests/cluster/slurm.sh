#!/bin/sh
# A Slurm job array and a job that merges when it is done, on a Slurm of one node that lives for this test only.
package='slurmctld slurmd slurm-client munge'
. "$(dirname "$0")/common.sh"
[ "$(id -u)" -eq 0 ] || skip 'slurmd wants to be root'
need slurmctld slurmd sbatch sinfo munged
PATH=$PATH:/usr/sbin
log="$work/logs"
mkdir "$log" "$work/state" "$work/spool" "$work/munge"
chmod 755 "$work/munge"
host=$(hostname -s)

dd if=/dev/urandom of="$work/munge/key" bs=128 count=1 2>/dev/null
chmod 400 "$work/munge/key"
munged --force --key-file="$work/munge/key" --socket="$work/munge/socket" --pid-file="$work/munge/pid" --seed-file="$work/munge/seed" \
  --log-file="$log/munged" || skip "munged does not start: $(tail -1 "$log/munged" 2>/dev/null)"
stop_munge() { stop "$work/munge/pid"; }
cleaners=stop_munge

base=$((20000 + $$ % 20000))
cat >"$work/slurm.conf" <<EOF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$base
SlurmdPort=$((base + 1))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$log/slurmctld
SlurmdLogFile=$log/slurmd
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOF
export SLURM_CONF="$work/slurm.conf"
slurmctld -f "$SLURM_CONF" 2>"$log/start" || skip "slurmctld does not start: $(tail -1 "$log/start")"
stop_slurmctld() { stop "$work/slurmctld.pid"; }
cleaners="stop_slurmctld $cleaners"
slurmd -f "$SLURM_CONF" 2>"$log/start" || skip "slurmd does not start: $(tail -1 "$log/start")"
stop_slurmd() { stop "$work/slurmd.pid"; }
cleaners="stop_slurmd $cleaners"
ready() { sinfo -h -o %t | grep -q '^idle'; }
wait_for 40 ready || skip "the node does not come up: $(sinfo -h 2>&1 | head -1); $(tail -1 "$log/slurmd")"
cd "$work"

# the example of the README
run() { # IN OUT: a job array over IN, then the merge
  array=$(sbatch --parsable --array=1-7 -o "$log/job-%A-%a" --wrap "$unspin batch --resume -o $2 --shard slurm $1")
  sbatch --parsable --dependency="afterok:$array" -o "$log/merge-$2" --wrap "$unspin batch --merge -o $2" >/dev/null
}
run spun restored
run big.jsonl lines
done_all() { [ -e "$work/restored/.unspin-batch/job.done" ] && [ -e "$work/lines/.unspin-batch/job.done" ]; }
if ! wait_for 120 done_all; then
  echo "slurm: the jobs did not end"
  squeue || :
  tail -n 5 "$log"/*
  exit 1
fi
same_as_single
