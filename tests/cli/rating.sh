# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Raters' forms: what a whole file becomes in each output, and one sentence for whatever is wrong in one.
make_patch 160
head=date,rater,form,item,value
# An ECCA form: date, rater, then its six values.
ecca() {
  date=$1 rater=$2
  shift 2
  for item in v_shaped u_shaped m_shaped elastolysis hypertrophic_inflammatory hypertrophic_keloid; do
    echo "$date,$rater,ecca,$item,$1"
    shift
  done
}
echo "- a whole file, as a spreadsheet writes it"
{
  printf '\357\273\277%s\r\n' $head
  ecca before AB 2 3 1 0 0 0
  ecca after AB 1 2 1 0 0 0
  printf 'before,"Dr <b>C</b>, MD",goodman_baron_grade,grade,3\r\n\r\n'
  echo "2031-01-02,AB,goodman_baron_grade,grade,1"
} >whole.csv
scardelta compare before.png after.png -o out $patch -q --rating whole.csv
echo "exit $?"
sed -n '/"ratings": \[/,$p' out/result.json
grep -o '<tr><th scope="row">\(ECCA\|Goodman\).*' out/report.html | sed 's/<[^>]*>/|/g'
grep -c 'rating' out/result.json
echo "- neither rater nor day leaves with --share"
scardelta compare before.png after.png -o shared $patch -q --share --rating whole.csv
grep -h -e '"rater"' -e '"date": "before"' shared/result.json | sort | uniq -c | sed 's/^ *//'
grep -c -e 'Dr &lt;b' -e '>AB<' shared/report.html
echo "- what is wrong in a file"
wrong() {
  printf "$1" >bad.csv
  try scardelta compare before.png after.png -o no $patch --rating bad.csv
}
try scardelta compare before.png after.png -o no $patch --rating absent.csv
try scardelta compare before.png after.png -o no $patch --rating .
wrong ''
wrong 'date,rater,form,value\n'
wrong "$head\n"
wrong "$head\nbefore,AB,ecca,v_shaped\n"
wrong "$head\nbefore,AB,ecca,v_shaped,1,2\n"
wrong "$head\nbefore,AB,ecca,\"v_shaped,1\n"
wrong "$head\n2025-02-30,AB,ecca,v_shaped,1\n"
wrong "$head\nbefore,,ecca,v_shaped,1\n"
wrong "$head\nbefore,$(printf '%064d' 0),ecca,v_shaped,1\n"
wrong "$head\nbefore,AB,fitzpatrick,type,3\n"
wrong "$head\n\nbefore,AB,ecca,icepick,3\n"
for value in 4 -1 1.5 '' 1e0 two 99999999999999999999; do
  wrong "$head\nbefore,AB,ecca,v_shaped,$value\n"
done
wrong "$head\nbefore,AB,goodman_baron_grade,grade,0\n"
wrong "$head\nbefore,AB,goodman_baron_grade,grade,2\nbefore,AB,goodman_baron_grade,grade,3\n"
wrong "$head\nbefore,AB,ecca,v_shaped,1\n"
wrong "$head\nbefore,A\\000B,ecca,v_shaped,1\n"
wrong "$head\nbefore,\\377\\376,goodman_baron_grade,grade,9\n"
wrong "$head\n2031-01-02,AB,goodman_baron_grade,grade,2\n"
head -c 1100000 /dev/zero | tr '\0' 'x' >long.csv
try scardelta compare before.png after.png -o no $patch --rating long.csv
echo "- the dry run reads it too"
wrong_dry() { try scardelta compare before.png after.png -o no $patch -n --rating bad.csv; }
printf "$head\nbefore,AB,ecca,v_shaped,7\n" >bad.csv
wrong_dry
[ ! -e no ] || echo "a refused run wrote something"
echo "- it is never written over"
cp whole.csv scars.csv
try scardelta compare before.png after.png -o . $patch -q --rating scars.csv
