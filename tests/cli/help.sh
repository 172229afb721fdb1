# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# What the program says of itself; every command's options as a person sees them.
try scardelta --help
try scardelta -h
try scardelta compare --help
try scardelta timeline --help
try scardelta batch --help
try scardelta merge --help
try scardelta align --help
try scardelta inspect --help
try scardelta repeatability --help
try scardelta verify --help
scardelta --version | sed 's/[0-9][0-9.]*$/VERSION/'
scardelta -V | sed 's/[0-9][0-9.]*$/VERSION/'
