# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Points go to AFTER and come back to where they were; order is kept, points outside are not valid.
make_patch
printf 'x_before,y_before\n70,56\n42.5,140\n175,112\n-5000,10\n' >points.csv
scardelta align before.png after.png -o there $patch -q --map-points points.csv
echo "exit $?"
(cd there && find . -type f | sort)
head -n 1 there/mapped-points.csv
# the truth: AFTER lies 1.5 pixels to the right
awk -F, 'NR > 1 && $5 == 1 { dx = $3 - $1 - 1.5; dy = $4 - $2
  print (dx * dx + dy * dy < 0.09) ? "within 0.3 pixels of the truth" : $0 }
  NR > 1 && $5 == 0 { print "not valid:", $1 }' there/mapped-points.csv
awk -F, 'NR == 1 { print "x_before,y_before" } NR > 1 && $5 == 1 { print $3 "," $4 }' \
  there/mapped-points.csv >back.csv
scardelta align after.png before.png -o back $patch -q --map-points back.csv --format png
(cd back && find . -type f | sort)
paste -d, points.csv back/mapped-points.csv | awk -F, 'NR > 1 && NR < 5 {
  dx = $5 - $1; dy = $6 - $2
  print (dx * dx + dy * dy < 0.09) ? "came back within 0.3 pixels" : $0 }'
