# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# A signed manifest: edits of outputs, of the manifest with them, and of the signature are found; only
# the owner's public key fits. The keys are those of RFC 8032, tests 1 and 2.
make_patch 160
pem() { printf -- '-----BEGIN %s-----\n%s\n-----END %s-----\n' "$1" "$2" "$1"; }
pem "PRIVATE KEY" MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g >key.pem
pem "PUBLIC KEY" MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo= >public.pem
pem "PUBLIC KEY" MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw= >other.pem
scardelta compare before.png after.png -o out $patch -q --sign key.pem
wc -c <out/manifest.sig
try scardelta verify out
try scardelta verify out --key public.pem
try scardelta verify out --key other.pem
try scardelta verify out --key key.pem
cp -r out edited
sed -i 's/improved/worsened/' edited/metrics.csv
try scardelta verify edited --key public.pem
echo "- a manifest that was made to fit is found by its signature alone"
hash=$(sha256sum <edited/metrics.csv | cut -d ' ' -f 1)
sed -i "s/^[0-9a-f]*  metrics.csv$/$hash  metrics.csv/" edited/manifest.sha256
try scardelta verify edited
try scardelta verify edited --key public.pem
echo "- without a signature"
rm edited/manifest.sig
try scardelta verify edited --key public.pem
scardelta compare before.png after.png -o out $patch -q
[ ! -e out/manifest.sig ] && echo "one of an earlier run goes"
try scardelta verify out
try scardelta verify out --key public.pem
echo "- a batch and each of its results"
mkdir -p in/who
cp before.png in/who/2025-01-01.png
cp after.png in/who/2025-02-01.png
scardelta batch in -o results --scale-mm-per-px 0.1 -q --sign key.pem
find results -name manifest.sig | sort
try scardelta verify results --key public.pem
try scardelta verify results --key other.pem
echo "- a signature that is asked for later is made, and nothing is made twice"
scardelta batch in -o later --scale-mm-per-px 0.1 -q
scardelta batch in -o later --scale-mm-per-px 0.1 --sign key.pem 2>&1 | head -1
try scardelta verify later --key public.pem
scardelta batch in -o later --scale-mm-per-px 0.1 --sign key.pem 2>&1 | head -1
try scardelta verify later --key public.pem
echo "- what is no key is told before the work"
try scardelta compare before.png after.png -o none $patch --sign public.pem
try scardelta compare before.png after.png -o none $patch --sign absent.pem -n
try scardelta batch in -o none --scale-mm-per-px 0.1 --sign public.pem
try scardelta batch in -o none --scale-mm-per-px 0.1 --sign public.pem -n
ls -A none 2>/dev/null
leftovers
