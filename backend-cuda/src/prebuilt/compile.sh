#!/bin/sh
# Compiles every file of kernels ahead, for devices on machines without NVRTC, if this machine has nvcc.
# compile.sh SOURCES OUTPUT
set -eu
sources=$1
output=$2

rm -rf "$output"
nvcc=$(command -v nvcc || echo "${CUDA_HOME:-/usr/local/cuda}/bin/nvcc")
if [ ! -x "$nvcc" ]; then
  echo "no nvcc: the bundle comes without kernels compiled ahead, and asks for NVRTC where it is run"
  exit 0
fi
# Binaries for the devices the kernels are made for; text for those that came later.
for target in sm_80 sm_90 sm_100 compute_80; do
  case $target in
    sm_*) kind=cubin ;;
    *) kind=ptx ;;
  esac
  mkdir -p "$output/$target"
  for source in "$sources"/*.cu; do
    name=$(basename "$source" .cu)
    "$nvcc" --std=c++17 "-$kind" "-arch=$target" -o "$output/$target/$name.$kind" "$source"
  done
  echo "$target" >>"$output/targets.txt"
done
