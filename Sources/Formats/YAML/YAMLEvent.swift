/// One step through a YAML text.
struct YAMLEvent {
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias(String)
        case scalar(YAMLScalarText, anchor: String?)
        case sequenceStart(anchor: String?)
        case sequenceEnd
        case mappingStart(anchor: String?)
        case mappingEnd
    }

    var kind: Kind
    var position: FormatError.Position
}

/// A scalar as it is written, its escapes resolved.
struct YAMLScalarText {
    var value: String
    /// In its long form, `tag:yaml.org,2002:str`; `nil` where none is written.
    var tag: String?
    /// Written without quotes, so that its value decides what it is.
    var isPlain: Bool

    /// Whether this names mappings to merge where it is a key.
    var isMergeKey: Bool { value == "<<" && (isPlain || tag == "tag:yaml.org,2002:merge") }
}
