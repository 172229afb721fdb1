# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# A small archive: what is planned, what is left out, going on where it stopped, shards, merging.
make_patch 160
pictures skin later.png 160 5 0.95 0.5 1
scale="--scale-mm-per-px 0.1"
mkdir -p in/anna in/ben/2025-01-02 in/ben/2025-03-02 in/carl in/dora in/eve 'in/f <i>&'
cp before.png in/anna/2025-01-10_front.png
cp after.png in/anna/2025_03_01-front.png
cp later.png in/anna/front-20250501.png
cp before.png in/ben/2025-01-02/a.png
cp after.png in/ben/2025-03-02/b.png
cp before.png in/carl/2025-01-01.png
head -c 3000 after.png >in/carl/2025-02-01.png
cp later.png in/carl/2025-03-01.png
cp before.png in/dora/2025-01-01.png
cp before.png 'in/f <i>&/one 2025-01-01.png'
cp after.png 'in/f <i>&/two 2025-02-01.png'
echo text >in/anna/notes.txt
mkfifo in/ben/pipe.png
ln -s . in/ben/loop
ln -s /dev/zero in/eve/2025-01-01.png
echo hidden >in/.DS_Store
try scardelta batch in -n $scale
echo "- the run itself"
scardelta batch in -o out $scale -j 2 2>said
echo "exit $?"
sort said
(cd out && find . -name report.html | sort)
scardelta verify out -q && echo "as written"
cut -d, -f1-6 out/summary.csv | sort | uniq -c | awk '{ $1 = ""; print }'
echo "- again: nothing is done twice"
cp -r out first
scardelta batch in -o out $scale -q
echo "exit $?"
diff -r out first && echo "the same bytes"
scardelta batch in -o out $scale -q --json
echo "- an overview that somebody changed, or that a killed run left without its seal"
echo more >>out/summary.csv
scardelta batch in -o out $scale -q
diff -r out first && echo "the same bytes"
rm out/manifest.sha256
: >out/index.html
scardelta batch in -o out $scale -q
diff -r out first && echo "the same bytes"
echo "- a photo that changed, and nothing else"
cp later.png in/ben/2025-03-02/b.png
scardelta batch in -o out $scale 2>&1 | grep -v 0.compared | sort
cp after.png in/ben/2025-03-02/b.png
echo "- a session that is gone is no longer told, and what became of its results is"
mv in/anna/front-20250501.png kept.png
mv in/ben gone
scardelta batch in -o out $scale -n 2>&1 | grep older
scardelta batch in -o out $scale -j 1 2>&1 | grep older
ls -d out/subjects/anna/*05*
mv gone in/ben
grep -c '^anna,front,2025-01-10,2025-05-01' out/summary.csv
mv kept.png in/anna/front-20250501.png
scardelta batch in -o out $scale -q
diff -r -x '*.sqlite' -x manifest.sha256 out first && echo "and is again"
echo "- other settings"
try scardelta batch in -o out $scale --force
echo "- shards, joined twice"
for k in 1 2 3; do
  scardelta batch in -o part$k $scale -q --shard $k/3
  echo "exit $?"
done
try scardelta merge part1 part2 part3 -o all
cmp all/summary.csv first/summary.csv && cmp all/index.html first/index.html && echo "the same bytes"
try scardelta merge part1 part2 part3 -o all -q
cmp all/summary.csv first/summary.csv && scardelta verify all -q && echo "the same bytes"
scardelta batch in -o all $scale -q
cmp all/summary.csv first/summary.csv && echo "a merged folder goes on"
try scardelta merge part1 part1 -o part1
try scardelta merge part1 nowhere -o all
scardelta batch in -o other $scale --force -q --shard 1/3
try scardelta merge part1 other -o all2
ls all2 2>&1
SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=5 \
  scardelta batch in -o slurm $scale --shard slurm -q
cmp slurm/summary.csv part3/summary.csv && echo "the third task"
echo "- a manifest"
printf 'subject,session,view,path,treatment\r\n"Smith, J.",visit 1,front,in/anna/2025-01-10_front.png,\r\n"Smith, J.",visit 2,front,in/ben/2025-03-02/b.png,"laser ""A"""\r\n=1+1,2025-01-01,,before.png,\r\n=1+1,2025-02-01,,after.png,\r\n' >list.csv
try scardelta batch list.csv -n $scale
try scardelta batch list.csv -o listed $scale -j 1
grep -c "^\"'=1+1\"" listed/summary.csv
printf 'subject,session,view,path,treatment\nx,2025-01-01,front,before.png,"needling, both cheeks"\nx,2025-02-01,front,later.png,laser\nx,2025-03-01,front,after.png,peeling\n' >list.csv
scardelta batch list.csv -o treated $scale -n 2>&1 | grep with
scardelta batch list.csv -o treated $scale -q
for pair in treated/subjects/x/*; do
  echo "${pair##*/}: $(sed -n '/"treatments"/,/]/p' "$pair/result.json" | tr -d '\n ')"
done
sed -i s/laser/peel/ list.csv
scardelta batch list.csv -o treated $scale 2>&1 | head -1
echo "- a photo that is gone"
printf 'subject,session,view,path\nx,1,front,before.png\nx,2,front,gone.png\nx,3,front,after.png\n' >list.csv
try scardelta batch list.csv -o gone $scale
for line in 'a,b' 'subject,session,view,path
x,1,top,before.png' 'subject,session,view,path
x,,front,before.png' 'subject,session,view,path
x,"1,front,before.png'; do
  printf '%s\n' "$line" >bad.csv
  try scardelta batch bad.csv -o bad $scale
done
echo "- results that lie among the photos are no photos"
mkdir kept
cp -r in/anna kept/anna
scardelta compare before.png after.png -o kept/anna/result $scale -q
mkdir kept/anna/images
cp later.png kept/anna/images/2025-06-01-front.png
cp kept/anna/result/images/aligned-after.jpg kept/anna/unknown.jpg
try scardelta batch kept -n $scale
rm kept/anna/unknown.jpg
try scardelta timeline kept/anna -o course $scale -n
echo "- what makes no sense"
ln -s nowhere dangling
try scardelta batch in -o dangling -n $scale
try scardelta batch -o out
try scardelta batch in
try scardelta batch nowhere -o out
try scardelta batch in -o out --shard 4/3
try scardelta batch in -o out --shard slurm
try scardelta batch in -o out --time-limit 0
try scardelta batch in -o before.png $scale
try scardelta merge -o out
try scardelta batch in -o /proc/scardelta $scale
leftovers
