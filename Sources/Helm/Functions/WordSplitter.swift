import RegularExpressions

/// Takes a name apart where its letters change case: `HTTPStatus2xx` is `http_status_2xx`.
struct WordSplitter {
    private enum Kind {
        case none, number, capitals, letters, connector, punctuation, other
    }

    private var rest: ArraySlice<Unicode.Scalar>
    private let connector: Unicode.Scalar
    private var result: [Unicode.Scalar] = []

    static func lowercased(_ text: [UInt8], connector: Unicode.Scalar) -> [UInt8] {
        var splitter: WordSplitter = WordSplitter(rest: GoText.scalars(text)[...], connector: connector)
        splitter.run()
        return GoText.bytes(splitter.result)
    }

    private init(rest: ArraySlice<Unicode.Scalar>, connector: Unicode.Scalar) {
        self.rest = rest
        self.connector = connector
    }

    private mutating func run() {
        var (kind, word): (Kind, ArraySlice<Unicode.Scalar>) = next()
        while !rest.isEmpty {
            if kind != .connector { write(word, kind) }
            let (previous, last): (Kind, ArraySlice<Unicode.Scalar>) = (kind, word)
            (kind, word) = next()
            switch previous {
            case .number:
                (kind, word) = writeJoined(kind, word)
                if kind != .none { connect(before: kind) }
            case .connector: write(last, .connector)
            case .punctuation: break
            default: (kind, word) = join(kind, word)
            }
        }
        write(word, kind)
    }

    /// After a word: a number belongs to it where capitals or nothing follow the number.
    private mutating func join(
        _ kind: Kind, _ word: ArraySlice<Unicode.Scalar>
    ) -> (Kind, ArraySlice<Unicode.Scalar>) {
        guard kind == .number else {
            connect(before: kind)
            return (kind, word)
        }
        guard !rest.isEmpty else { return (kind, word) }
        let following: (kind: Kind, word: ArraySlice<Unicode.Scalar>) = next()
        guard following.kind == .letters else {
            write(word, .number)
            connect(before: following.kind)
            return following
        }
        result.append(connector)
        write(word, .number)
        let (kind, word): (Kind, ArraySlice<Unicode.Scalar>) = writeJoined(following.kind, following.word)
        if kind != .none { connect(before: kind) }
        return (kind, word)
    }

    /// Writes letters and numbers as long as they follow each other.
    private mutating func writeJoined(
        _ kind: Kind, _ word: ArraySlice<Unicode.Scalar>
    ) -> (Kind, ArraySlice<Unicode.Scalar>) {
        var (kind, word): (Kind, ArraySlice<Unicode.Scalar>) = (kind, word)
        while kind == .letters || kind == .number {
            write(word, kind)
            (kind, word) = next()
        }
        return (kind, word)
    }

    private mutating func connect(before kind: Kind) {
        if kind != .connector && kind != .punctuation { result.append(connector) }
    }

    private mutating func write(_ word: ArraySlice<Unicode.Scalar>, _ kind: Kind) {
        guard kind == .capitals || kind == .connector else { return result += word }
        result += word.map { $0.connectsWords ? connector : $0.goLowercase }
    }

    private mutating func next() -> (Kind, ArraySlice<Unicode.Scalar>) {
        guard let first = rest.first else { return (.none, []) }
        switch first {
        case _ where first.connectsWords: return take(.connector) { $0.connectsWords }
        case _ where first.isGoPunctuation: return take(.punctuation) { $0.isGoPunctuation }
        case _ where first.isGoCapital: return takeCapitals()
        case _ where first.isAlphabetic: return take(.letters) { $0.isAlphabetic && !$0.isGoCapital }
        case _ where first.isGoNumber: return take(.number) { $0.isGoNumber }
        default:
            return take(.other) {
                !$0.connectsWords && !$0.isAlphabetic && !$0.isGoNumber && !$0.isGoPunctuation
            }
        }
    }

    private mutating func take(
        _ kind: Kind, while belongs: (Unicode.Scalar) -> Bool
    ) -> (Kind, ArraySlice<Unicode.Scalar>) {
        take(kind, count: 1 + rest.dropFirst().prefix(while: belongs).count)
    }

    private mutating func take(_ kind: Kind, count: Int) -> (Kind, ArraySlice<Unicode.Scalar>) {
        defer { rest = rest.dropFirst(count) }
        return (kind, rest.prefix(count))
    }

    /// The last capital of many belongs to the word that follows: `HTTP` and `Status`.
    private mutating func takeCapitals() -> (Kind, ArraySlice<Unicode.Scalar>) {
        let count: Int = rest.prefix { $0.isGoCapital }.count
        guard count > 1 else { return take(.capitals) { $0.isAlphabetic && !$0.isGoCapital } }
        let isFollowed: Bool = rest.dropFirst(count).first?.isAlphabetic ?? false
        return take(.capitals, count: isFollowed ? count - 1 : count)
    }
}

extension Unicode.Scalar {
    fileprivate var isGoCapital: Bool { properties.generalCategory == .uppercaseLetter }

    fileprivate var isGoNumber: Bool {
        switch properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }

    fileprivate var isGoPunctuation: Bool {
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        default: false
        }
    }

    /// A letter of a script with cases, roughly: any but a Chinese one.
    fileprivate var isAlphabetic: Bool {
        switch value {
        case 0x4E00...0x9FCC, 0x3400...0x4D85, 0x20000...0x2B81D: false
        default: properties.isGoLetter
        }
    }
}
