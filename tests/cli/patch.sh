# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# A whole comparison without a face: every promised file is there, the manifest holds, and the JSON on
# standard output is the file.
make_patch
scardelta compare before.png after.png -o out $patch --json >said.json 2>said.txt
echo "exit $?"
cmp said.json out/result.json && echo "the JSON is the file"
(cd out && find . -type f | sort)
(cd out && sha256sum --quiet -c manifest.sha256 && echo "the manifest holds")
grep -c '^#' out/manifest.sha256
tail -n 1 said.txt
head -n 1 out/metrics.csv
# spots that faded by 40 % read as better, and nothing reads as worse
verdicts out/metrics.csv | grep -E 'improved|worsened' | sed 's/ .*//'
awk -F, '$1 == "brown_load" && $2 == "all_skin" {
  print ($6 > -0.9 && $6 < -0.2 && $7 < $6 && $6 < $8) ? "brown_load fell" : $0 }' out/metrics.csv
# a run into the same folder gives the same bytes
cp -r out first
scardelta compare before.png after.png -o out $patch -q && diff -r first out && echo "the same again"
leftovers
