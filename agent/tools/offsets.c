/* offsets.c: prints one row of python_offsets.inc; with the argument "witness", the lines of
 * python_witness.inc for that version. Compiled once per minor version against that version's
 * own headers, so that the compiler, not a person, says where a field lies.
 * The row's columns are the members of struct hw__offsets (python_stack.h). */
#define Py_BUILD_CORE 1
#include <Python.h>
#include <frameobject.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#if PY_VERSION_HEX >= 0x030b0000
#include <internal/pycore_code.h>
#include <internal/pycore_frame.h>
#endif
#if PY_VERSION_HEX >= 0x030e0000
#include <internal/pycore_interpframe_structs.h>
#include <internal/pycore_stackref.h>
#endif

#define HERE(type, field) (int)offsetof(type, field)
#define COLUMN(name, value) printf(" .%s = %d,", name, value)

/* Where a bit field lies can only be found by setting it. */
static unsigned stateMask(int which) {
    PyASCIIObject s;
    unsigned word;
    memset(&s, 0, sizeof s);
    if (which == 0) s.state.kind = 7;
    if (which == 1) s.state.compact = 1;
    if (which == 2) s.state.ascii = 1;
    memcpy(&word, (char *)&s + offsetof(PyASCIIObject, state), sizeof word);
    return word;
}

/* Where CPython itself publishes (for debuggers, since 3.13) what we have in a column. */
#if PY_VERSION_HEX >= 0x030d0000
#include <internal/pycore_runtime.h>
#define PUBLISHED(column, field) \
    printf("WITNESS(%d, %s, %d)\n", PY_MINOR_VERSION, column, HERE(_Py_DebugOffsets, field))

static void printWitness(void) {
    PUBLISHED("tstate_frame", thread_state.current_frame);
    PUBLISHED("frame_back", interpreter_frame.previous);
    PUBLISHED("frame_code", interpreter_frame.executable);
    PUBLISHED("frame_at", interpreter_frame.instr_ptr);
    PUBLISHED("frame_owner", interpreter_frame.owner);
    PUBLISHED("code_bytes", code_object.co_code_adaptive);
    PUBLISHED("code_name", code_object.qualname);
    PUBLISHED("code_file", code_object.filename);
    PUBLISHED("code_line", code_object.firstlineno);
    PUBLISHED("code_table", code_object.linetable);
    PUBLISHED("text_length", unicode_object.length);
    PUBLISHED("text_state", unicode_object.state);
    PUBLISHED("text_ascii", unicode_object.asciiobject_size);
}
#else
static void printWitness(void) {}
#endif

static void printRow(void) {
    printf("    {.minor = %d,", PY_MINOR_VERSION);
#if PY_VERSION_HEX < 0x030b0000
    COLUMN("tstate_frame", HERE(PyThreadState, frame));
    COLUMN("cframe_frame", -1);
    COLUMN("frame_back", HERE(PyFrameObject, f_back));
    COLUMN("frame_code", HERE(PyFrameObject, f_code));
    COLUMN("code_tags", 0);
    COLUMN("frame_at", HERE(PyFrameObject, f_lasti));
    COLUMN("frame_owner", -1);
    COLUMN("owner_shim", -1);
    COLUMN("owner_generator", -1);
    COLUMN("unit", PY_MINOR_VERSION >= 10 ? 2 : 1);
    COLUMN("code_bytes", -1);
    COLUMN("code_first", -1);
    COLUMN("code_name", HERE(PyCodeObject, co_name));
#else
#if PY_VERSION_HEX < 0x030d0000
    COLUMN("tstate_frame", HERE(PyThreadState, cframe));
    COLUMN("cframe_frame", HERE(_PyCFrame, current_frame));
    COLUMN("frame_back", HERE(_PyInterpreterFrame, previous));
    COLUMN("frame_code", HERE(_PyInterpreterFrame, f_code));
    COLUMN("frame_at", HERE(_PyInterpreterFrame, prev_instr));
#else
    COLUMN("tstate_frame", HERE(PyThreadState, current_frame));
    COLUMN("cframe_frame", -1);
    COLUMN("frame_back", HERE(_PyInterpreterFrame, previous));
    COLUMN("frame_code", HERE(_PyInterpreterFrame, f_executable));
    COLUMN("frame_at", HERE(_PyInterpreterFrame, instr_ptr));
#endif
#if PY_VERSION_HEX < 0x030e0000
    COLUMN("code_tags", 0);
#else
    COLUMN("code_tags", (int)Py_TAG_BITS);
#endif
    COLUMN("frame_owner", HERE(_PyInterpreterFrame, owner));
#if PY_VERSION_HEX < 0x030c0000
    COLUMN("owner_shim", -1);
#elif PY_VERSION_HEX < 0x030e0000
    COLUMN("owner_shim", FRAME_OWNED_BY_CSTACK);
#else
    COLUMN("owner_shim", FRAME_OWNED_BY_INTERPRETER);
#endif
    COLUMN("owner_generator", FRAME_OWNED_BY_GENERATOR);
    COLUMN("unit", 2);
    COLUMN("code_bytes", HERE(PyCodeObject, co_code_adaptive));
    COLUMN("code_first", HERE(PyCodeObject, _co_firsttraceable));
    COLUMN("code_name", HERE(PyCodeObject, co_qualname));
#endif
    printf("\n    ");
    COLUMN("code_file", HERE(PyCodeObject, co_filename));
    COLUMN("code_line", HERE(PyCodeObject, co_firstlineno));
#if PY_VERSION_HEX < 0x030a0000
    COLUMN("code_table", HERE(PyCodeObject, co_lnotab));
#else
    COLUMN("code_table", HERE(PyCodeObject, co_linetable));
#endif
    COLUMN("text_length", HERE(PyASCIIObject, length));
    COLUMN("text_state", HERE(PyASCIIObject, state));
    COLUMN("text_ascii", (int)sizeof(PyASCIIObject));
    COLUMN("text_wide", (int)sizeof(PyCompactUnicodeObject));
    COLUMN("kind_mask", (int)stateMask(0));
    COLUMN("compact_mask", (int)stateMask(1));
    printf(" .ascii_mask = %d},\n", (int)stateMask(2));
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "witness") == 0)
        printWitness();
    else
        printRow();
    return 0;
}
