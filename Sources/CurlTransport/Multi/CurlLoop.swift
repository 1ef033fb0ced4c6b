import CCurl
import HTTPModel

/// What the curl thread does: takes commands, lets libcurl work, settles what is done; confined to the thread.
final class CurlLoop {
    /// How long to wait at most; nothing depends on it.
    private static let longestWait: Duration = .seconds(60)
    /// Handles kept for the next transfers.
    private static let idleHandles = 16
    private static let globalInitialization: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    let multi: UnsafeMutableRawPointer
    private var running: [ObjectIdentifier: RunningTransfer] = [:]
    private var idle: [EasyHandle] = []
    private let sockets: SocketTable
    private let tunnels: TunnelTable
    private var statistics = CurlTransport.Statistics()
    private let report: (CurlTransport.Statistics) -> Void

    init?(_ options: CurlThread.Options, report: @escaping (CurlTransport.Statistics) -> Void) {
        guard Self.globalInitialization == CURLE_OK, let multi = curl_multi_init() else { return nil }
        self.multi = multi
        self.report = report
        sockets = SocketTable(refusing: options.refusedAddresses)
        tunnels = TunnelTable(multi, sockets)
        envfactory_curl_multi_setopt_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        envfactory_curl_multi_setopt_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, options.connections)
        envfactory_curl_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, options.keptConnections)
    }

    /// One round: the commands, libcurl's work, and the wait for more of either.
    func turn(_ work: CurlThread.Work) {
        for command in work.commands { perform(command) }
        var count: Int32 = 0
        curl_multi_perform(multi, &count)
        settleFinished()
        settleOverdue()
        tunnels.move(work.attended)
        updateStatistics()
        tunnels.settle()
        tunnels.poll(waitMilliseconds())
    }

    /// Fails everything with `closed` and frees the multi handle.
    func end() {
        // In the order of nothing in particular: nobody may depend on it.
        for transfer in Array(running.values) { finish(transfer, .failure(HTTPTransportError.shutDown)) }
        tunnels.end(HTTPTransportError.shutDown)
        idle = []
        curl_multi_cleanup(multi)
        updateStatistics()
        tunnels.settle()
    }

    // MARK: Commands

    private func perform(_ command: CurlThread.Command) {
        switch command {
        case .start(let transfer): start(transfer)
        case .cancel(let transfer):
            guard let running = running[ObjectIdentifier(transfer)] else { return }
            finish(running, .failure(CancellationError()))
        case .resume(let transfer):
            guard let running = running[ObjectIdentifier(transfer)] else { return }
            // What had to wait comes at once, and may be refused; libcurl would go on with what follows it.
            let code = curl_easy_pause(running.easy.raw, CURLPAUSE_CONT)
            if code == CURLE_WRITE_ERROR { finish(running, running.outcome(code).mapError { $0 }) }
        case .open(let tunnel): tunnels.open(tunnel)
        case .close(let tunnel): tunnels.close(tunnel)
        }
    }

    private func start(_ transfer: Transfer) {
        guard !transfer.isCancelled else { return transfer.fail(CancellationError()) }
        guard let easy = idle.popLast() ?? EasyHandle() else {
            return transfer.fail(HTTPTransportError(.closed, "libcurl gives no handle: free memory"))
        }
        let transfer = RunningTransfer(transfer, easy, sockets)
        running[ObjectIdentifier(transfer.transfer)] = transfer
        do throws(HTTPTransportError) {
            try transfer.prepare()
        } catch {
            return finish(transfer, .failure(error))
        }
        let added = curl_multi_add_handle(multi, easy.raw)
        guard added == CURLM_OK else {
            let reason = String(cString: curl_multi_strerror(added))
            return finish(transfer, .failure(HTTPTransportError(.closed, "libcurl takes no more transfers: \(reason)")))
        }
    }

    // MARK: Outcomes

    private func settleFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            // The message is gone when its handle is.
            let code = envfactory_curl_result(message)
            var context: UnsafeMutableRawPointer?
            envfactory_curl_getinfo_pointer(handle, CURLINFO_PRIVATE, &context)
            if tunnels.connected(handle, code) { continue }
            guard let transfer = RunningTransfer.from(context) else { continue }
            finish(transfer, transfer.outcome(code).mapError { $0 })
        }
    }

    private func settleOverdue() {
        let now = ContinuousClock.now
        tunnels.endOverdue(now)
        let overdue = running.values.filter { transfer in transfer.deadline.map { $0 <= now } ?? false }
        for transfer in overdue {
            let (port, sentAt) = (transfer.localPort, transfer.sentAt)
            finish(transfer, .failure(transfer.timeout))
            if let sentAt { sockets.endIfSilent(localPort: port, since: sentAt) }
        }
    }

    /// Lets go of a transfer's handle, then settles its promises.
    private func finish(_ transfer: RunningTransfer, _ outcome: Result<HTTPResponse, any Error>) {
        running[ObjectIdentifier(transfer.transfer)] = nil
        let isHTTP2 = transfer.easy.number(CURLINFO_HTTP_VERSION) == Int(CURL_HTTP_VERSION_2_0)
        curl_multi_remove_handle(multi, transfer.easy.raw)
        transfer.easy.reset()
        if idle.count < Self.idleHandles { idle.append(transfer.easy) }
        statistics.finished += 1
        if isHTTP2 { statistics.finishedOverHTTP2 += 1 }
        updateStatistics()
        switch outcome {
        case .success(let response): transfer.transfer.succeed(response)
        case .failure(let error): transfer.transfer.fail(error)
        }
    }

    private func updateStatistics() {
        statistics.inFlight = running.count + tunnels.count
        statistics.connectionsOpened = sockets.openedCount
        statistics.connectionsOpen = sockets.openCount
        report(statistics)
    }

    private func waitMilliseconds() -> Int32 {
        let now = ContinuousClock.now
        let deadlines = [running.values.compactMap(\.deadline).min(), tunnels.nearestDeadline]
        let nearest = deadlines.compactMap(\.self).min().map { now.duration(to: $0) }
        let wait = min(max(nearest ?? Self.longestWait, .zero), Self.longestWait)
        let (seconds, attoseconds) = wait.components
        // Rounded up: a wait that ends before its deadline would be repeated many times.
        return Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }
}
