# Prints functions, initialisers and computed properties of more than 60 lines.
#
# swift-format indents by four and closes a declaration's brace at its own indentation, which is all this needs.
FNR == 1 { name = "" }
/^ *((package|private|fileprivate|internal|public|static|mutating|nonisolated|override|@[A-Za-z]+) +)*(func|init|subscript)\>/ {
    match($0, /^ */)
    if (name == "" || RLENGTH <= indent) {
        name = $0
        start = FNR
        indent = RLENGTH
    }
}
name != "" && /^ *}/ {
    match($0, /^ */)
    if (RLENGTH == indent && FNR > start) {
        if (FNR - start + 1 > 60) {
            sub(/^ */, "", name)
            printf "%s:%d: %d lines: %s\n", FILENAME, start, FNR - start + 1, name
        }
        name = ""
    }
}
