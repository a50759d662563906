#!/usr/bin/env bash
# usage: check.sh CMAKE LIBDIR COMPILER FLAGS
# Run by ctest, which sets QUOTH_SOURCE_DIR and QUOTH_BUILD_DIR. The flags are those of the library:
# with a sanitizer in it, whoever links it needs the sanitizer too.
set -euo pipefail

cmake=$1 libdir=$2 compiler=$3 flags=$4
app=$QUOTH_SOURCE_DIR/tests/consumer/app
work=$QUOTH_BUILD_DIR/consumer

rm -rf "$work"
"$cmake" --install "$QUOTH_BUILD_DIR" --prefix "$work/installed" --component development
# Moved, to see that nothing in it knows where it was installed.
mv "$work/installed" "$work/prefix"

echo "== find_package"
"$cmake" -S "$app" -B "$work/cmake" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags"
"$cmake" --build "$work/cmake"
"$work/cmake/consumer"
"$work/cmake/users"

echo "== pkg-config"
export PKG_CONFIG_PATH=$work/prefix/$libdir/pkgconfig
pkg-config --print-errors --exists 'quoth >= 0.1'
# shellcheck disable=SC2046,SC2086 # Many words each.
"$compiler" -std=c++20 $flags -DQUOTH_EXPECTED_VERSION="\"$(pkg-config --modversion quoth)\"" \
  "$app/main.cpp" -o "$work/consumer" $(pkg-config --cflags --libs quoth)
"$work/consumer"
