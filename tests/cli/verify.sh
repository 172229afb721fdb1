# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Are the outputs the ones that were written?
make_patch 160
scardelta compare before.png after.png -o result $patch -q
try scardelta verify result
sed -i 's/no_detectable_change/improved/' result/result.json
rm result/metrics.csv
echo "a note" >result/images/note.txt
ln -s /etc/passwd result/passwd
try scardelta verify result
try scardelta verify result --json -q
echo "- a folder below with a manifest of its own"
mkdir -p all/one all/two
scardelta compare before.png after.png -o all/one $patch -q
scardelta compare after.png before.png -o all/two $patch -q
(cd all && printf '# scardelta 0\n' && sha256sum one/result.json) >all/manifest.sha256
try scardelta verify all
echo >>all/one/result.json
try scardelta verify all
echo "- folders that are no results"
mkdir empty
try scardelta verify empty
try scardelta verify before.png
try scardelta verify nowhere
try scardelta verify
try scardelta verify result -o out
for line in "" "# scardelta 0" "no hash  result.json" "$(printf '%064d' 0)  ../result.json" \
  "$(printf '%064d' 0)  /etc/passwd" "$(printf '%064d' 0) one"; do
  printf '# scardelta 0\n%s\n' "$line" >empty/manifest.sha256
  try scardelta verify empty
done
