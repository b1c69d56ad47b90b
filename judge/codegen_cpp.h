/* Generates the C++ that ties a solution to the harness: ENTRY.hpp, which a candidate includes, and shim.cpp.
 *
 * Types are those of judge/languages/cpp/mljudge.hpp; the conversions are its templates' (mljudge_shim.hpp), so what is
 * generated is a list of types and names.  Both hold the prototype: a solution with another one does not link. */
#ifndef MLJUDGE_CODEGEN_CPP_H
#define MLJUDGE_CODEGEN_CPP_H

#include "judge/codegen.h"

codegen_fn codegen_cpp_header, codegen_cpp_shim;
/* The prototype alone, without a final semicolon. */
codegen_fn codegen_cpp_prototype;

#endif
