import CCurl
import HTTPModel

/// One of libcurl's easy handles; used on the curl thread only, and again after ``reset()``.
final class EasyHandle {
    let raw: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    /// The first option that libcurl refused.
    private var refusal: CURLcode = CURLE_OK

    init?() {
        guard let raw = curl_easy_init() else { return nil }
        self.raw = raw
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(raw)
        freeLists()
        errorText.deallocate()
    }

    /// Forgets the transfer; connections live in the multi handle and stay.
    func reset() {
        curl_easy_reset(raw)
        freeLists()
        errorText[0] = 0
        refusal = CURLE_OK
    }

    private func freeLists() {
        for list in lists { curl_slist_free_all(list) }
        lists = []
    }

    /// libcurl's words on what went wrong.
    func detail(of code: CURLcode) -> String {
        errorText[0] == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
    }

    func number(_ info: CURLINFO) -> Int {
        var value = 0
        return envfactory_curl_getinfo_long(raw, info, &value) == CURLE_OK ? value : 0
    }

    // MARK: Options

    func set(_ option: CURLoption, _ value: Int) {
        note(envfactory_curl_setopt_long(raw, option, value))
    }

    func set(_ option: CURLoption, _ value: String) {
        note(envfactory_curl_setopt_string(raw, option, value))
    }

    func setNull(_ option: CURLoption) {
        note(envfactory_curl_setopt_string(raw, option, nil))
    }

    func set(_ option: CURLoption, blob: [UInt8]) {
        note(envfactory_curl_setopt_blob(raw, option, blob, blob.count))
    }

    func set(_ option: CURLoption, list lines: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
                note(CURLE_OUT_OF_MEMORY)
                break
            }
            list = longer
        }
        guard let list else { return }
        lists.append(list)
        note(envfactory_curl_setopt_list(raw, option, list))
    }

    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer) {
        note(envfactory_curl_setopt_pointer(raw, option, pointer))
    }

    /// Has libcurl send a copy of the bytes.
    func setBody(_ body: [UInt8]) {
        note(envfactory_curl_setopt_size(raw, CURLOPT_POSTFIELDSIZE_LARGE, Int(body.count)))
        note(envfactory_curl_setopt_bytes(raw, CURLOPT_COPYPOSTFIELDS, body))
    }

    func note(_ code: CURLcode) {
        if refusal == CURLE_OK { refusal = code }
    }

    func setErrorText() {
        note(envfactory_curl_setopt_pointer(raw, CURLOPT_ERRORBUFFER, errorText))
    }

    /// Throws what libcurl refused, if anything.
    func checkOptions() throws(HTTPTransportError) {
        guard refusal != CURLE_OK else { return }
        let reason = String(cString: curl_easy_strerror(refusal))
        throw HTTPTransportError(.malformed, "libcurl cannot be set up for the request: \(reason)")
    }
}
