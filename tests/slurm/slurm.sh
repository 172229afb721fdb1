#!/bin/sh
# slurm.sh SBATCH: the sample job under a real Slurm on this machine: an array of four, one task
# killed and requeued, then merged; and the same by GNU parallel. Needs root for the daemons; says
# "skipped" (77) with the reason where it cannot.
set -eu
sbatch_file=$1
skip() {
  echo "skipped: $*"
  exit 77
}
[ "$(id -u)" -eq 0 ] || skip "the daemons of Slurm need root"
need="slurmctld slurmd slurm-client munge parallel"
missing() {
  for program in slurmctld slurmd sbatch munged parallel; do
    command -v $program >/dev/null || echo $program
  done
}
if [ -n "$(missing)" ]; then
  # shellcheck disable=SC2086 # a list of words is meant
  timeout 240 env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout=60 $need >apt.log 2>&1 || skip "Slurm cannot be installed here"
  [ -z "$(missing)" ] || skip "not installed: $(missing)"
fi

here=$(mktemp -d)
pids=""
finish() {
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  sleep 0.3
  for pid in $pids; do kill -9 "$pid" 2>/dev/null || true; done
  rm -rf "$here"
}
trap finish EXIT
cd "$here"
mkdir state spool
chmod 755 "$here"
head -c 1024 /dev/urandom >munge.key
chmod 400 munge.key
host=$(hostname -s)
# --force: a scratch folder is nobody's /run
munged --foreground --force --key-file="$here/munge.key" --socket="$here/munge.sock" \
  --pid-file="$here/munge.pid" --log-file="$here/munge.log" --seed-file="$here/munge.seed" \
  >munged.out 2>&1 &
pids="$pids $!"
port=$((20000 + $$ % 20000))
cat >slurm.conf <<CONF
ClusterName=scardelta-test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$here/munge.sock
CryptoType=crypto/munge
StateSaveLocation=$here/state
SlurmdSpoolDir=$here/spool
SlurmctldPidFile=$here/slurmctld.pid
SlurmdPidFile=$here/slurmd.pid
SlurmctldLogFile=$here/slurmctld.log
SlurmdLogFile=$here/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=2
SchedulerParameters=sched_interval=1,bf_interval=1,default_queue_depth=50
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=30 State=UP
CONF
export SLURM_CONF="$here/slurm.conf"
slurmctld -D >ctld.out 2>&1 &
pids="$pids $!"
slurmd -D >slurmd.out 2>&1 &
pids="$pids $!"

# within SECONDS COMMAND...: until the command succeeds.
within() {
  end=$(($(date +%s) + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$(date +%s)" -lt "$end" ] || return 1
    sleep 0.3
  done
}
idle() { sinfo -h -o %t | grep -q '^idle'; }
within 40 idle || {
  tail -n 5 ./*.out ./*.log
  skip "Slurm's daemons do not come up here"
}

# Five subjects of small patches of skin.
for k in 1 2 3 4 5; do
  mkdir -p "archive/subject-$k"
  pictures skin "archive/subject-$k/2025-01-01.png" 160 "$k" 1 1 0
  pictures skin "archive/subject-$k/2025-03-01.png" 160 "$k" 0.97 0.7 1.5
done
options="--scale-mm-per-px 0.1 -q"
# long enough at work to be met there
printf '#!/bin/sh\nsleep 2\nexec scardelta "$@"\n' >slow
chmod 755 slow
# shellcheck disable=SC2086 # a list of words is meant
scardelta batch archive -o whole $options
job=$(sbatch --parsable --array=1-4 --output="$here/task-%a.log" \
  --export=ALL,ARCHIVE="$here/archive",OUT="$here/results",SCARDELTA="$here/slow",SCARDELTA_OPTIONS="$options" \
  "$sbatch_file")
echo "array job $job"
second_runs() { squeue -h -j "${job}_2" -t R -o %i | grep -q .; }
if within 60 second_runs; then
  scontrol requeue "${job}_2" && echo "the second task was killed and put back"
  # Slurm holds a requeued task back for two minutes
  waits() { squeue -h -j "${job}_2" -t PD -o %i | grep -q .; }
  within 30 waits && scontrol update JobId="${job}_2" StartTime=now
else
  echo "the second task was over before it could be killed"
  exit 1
fi
done_all() { [ -z "$(squeue -h -j "$job" 2>/dev/null)" ]; }
within 240 done_all || {
  squeue
  tail -n 20 ./task-*.log slurmctld.log
  exit 1
}
cat task-*.log
scardelta merge results/part-* -o results/all
cmp results/all/summary.csv whole/summary.csv
cmp results/all/index.html whole/index.html
scardelta verify results/all
# shellcheck disable=SC2086 # a list of words is meant
parallel -j 2 scardelta batch archive -o by-hand/part-{} --shard {}/4 $options ::: 1 2 3 4
scardelta merge by-hand/part-* -o by-hand/all
cmp by-hand/all/summary.csv whole/summary.csv
echo "the same summary as that of an undivided batch"
