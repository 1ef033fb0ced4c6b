import Kubernetes

extension String {
    /// The text for a terminal with its lines and tabs: whatever else would steer the terminal is escaped.
    ///
    /// Joiners stay, since scripts and pictographs are made with them.
    func escapingControlsInProse() -> String {
        var escaped = ""
        escaped.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x20..<0x7F, 0x200C, 0x200D: escaped.unicodeScalars.append(scalar)
            default: escaped += String(scalar).escapingControls()
            }
        }
        return escaped
    }
}
