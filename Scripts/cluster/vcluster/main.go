// Stands in for vCluster's syncer in tests on a real cluster: an API server of its own behind port 8443, its
// certificates in Secret <name>-certs, and its kubeconfig in Secret vc-<name>, written late and once a start.
//
// Pods made inside run on the host, and reach Services without a selector by name: no more is synced. Signals, for
// tests: SIGHUP makes a new client certificate and writes the kubeconfig again. Without Secret <name>-certs a start makes
// a new authority, and no older kubeconfig works.
package main

import (
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(log.Ltime | log.Lmicroseconds)
	log.SetPrefix("syncer: ")
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	if err := run(signals); err != nil {
		log.Fatal(err)
	}
}

func run(signals <-chan os.Signal) error {
	settings, err := readSettings()
	if err != nil {
		return err
	}
	host, err := newHost()
	if err != nil {
		return err
	}
	plane := &controlPlane{settings: settings, host: host, processes: newProcesses()}
	if !pause(settings.startDelay, signals) {
		return nil
	}
	// The host may come to allow it late: the right to write Secrets is bound by somebody else.
	for err = plane.prepare(); err != nil; err = plane.prepare() {
		log.Printf("cannot prepare the certificates yet: %v", err)
		if !pause(time.Second, signals) {
			return nil
		}
	}
	return plane.serve(signals)
}

// serve runs everything until something ends.
func (plane *controlPlane) serve(signals <-chan os.Signal) error {
	clients := make(chan *pair, 8)
	clients <- plane.client
	defer plane.processes.end(10 * time.Second)
	go plane.start(clients)
	for {
		select {
		case err := <-plane.processes.ended:
			return err
		case caught := <-signals:
			if caught != syscall.SIGHUP {
				log.Printf("%s: ending", caught)
				return nil
			}
			if err := plane.renewClient(); err != nil {
				return err
			}
			clients <- plane.client
		}
	}
}

// pause waits, and says whether to go on: it is cut short by a signal to end.
func pause(duration time.Duration, signals <-chan os.Signal) bool {
	over := time.After(duration)
	for {
		select {
		case <-over:
			return true
		case caught := <-signals:
			if caught != syscall.SIGHUP {
				return false
			}
		}
	}
}
