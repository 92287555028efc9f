#!/usr/bin/env bash
# The reference of the C and C++ interface as HTML, from honnin.h and honnin.hpp. A warning of Doxygen is an error.
#   tools/reference.sh FOLDER
set -euo pipefail

mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The headers are written for who opens them. For Doxygen the conventions become the main page as they stand, and the
# comments of honnin.hpp, which stand before what they speak of, become comments for it too.
sed -e '1s|^/\*$|/** @mainpage honnin, for C and C++\n * @verbatim|' -e '0,/^ \*\/$/s|^ \*/$| * @endverbatim */|' \
  include/honnin.h >"$work/honnin.h"
sed -e 's|^\( *\)// |\1/// |' -e '1s|^///|/// @file\n///|' include/honnin.hpp >"$work/honnin.hpp"

cat >"$work/Doxyfile" <<END
PROJECT_NAME           = honnin
PROJECT_NUMBER         = $version
PROJECT_BRIEF          = "Who stands at the counter, by their My Number Card"
OUTPUT_DIRECTORY       = "$out"
INPUT                  = "$work/honnin.h" "$work/honnin.hpp"
STRIP_FROM_PATH        = "$work"
STRIP_FROM_INC_PATH    = "$work"
OPTIMIZE_OUTPUT_FOR_C  = YES
JAVADOC_AUTOBRIEF      = YES
TYPEDEF_HIDES_STRUCT   = YES
EXTRACT_ALL            = YES
EXTRACT_STATIC         = YES
EXCLUDE_SYMBOLS        = honnin::detail honnin::detail::*
SORT_MEMBER_DOCS       = NO
MACRO_EXPANSION        = YES
EXPAND_ONLY_PREDEF     = YES
PREDEFINED             = HONNIN_CALL= HONNIN_MUST_USE= __cplusplus=201703L
GENERATE_LATEX         = NO
HAVE_DOT               = NO
HTML_TIMESTAMP         = NO
QUIET                  = YES
WARNINGS               = YES
WARN_IF_DOC_ERROR      = YES
WARN_IF_INCOMPLETE_DOC = NO
WARN_AS_ERROR          = FAIL_ON_WARNINGS
END
doxygen "$work/Doxyfile"
echo "the reference is $out/html/index.html"
