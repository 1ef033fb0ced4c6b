extension TemplateValue {
    /// The value as Go's `fmt` prints it by a verb: `%v`, `%q`, `%T`.
    ///
    /// - Throws: `TemplateError` where the text would be too long, or the value contains itself.
    package func printed(_ verb: String = "%v", limit: Int = TemplateLimits().outputBytes) throws(TemplateError)
        -> TemplateString
    {
        var printer: FormatPrinter = FormatPrinter(limit: limit)
        printer.printFormat(Array(verb.utf8), [self])
        return TemplateString(bytes: try printer.finish())
    }
}
