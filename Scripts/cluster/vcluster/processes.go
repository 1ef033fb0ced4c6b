package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// processes are the programs that must run as long as the pod does; the first that ends, ends it.
type processes struct {
	ended   chan error
	waiting sync.WaitGroup

	lock    sync.Mutex
	running []*exec.Cmd
	ending  bool
}

func newProcesses() *processes { return &processes{ended: make(chan error, 8)} }

func (processes *processes) start(name string, arguments ...string) {
	processes.lock.Lock()
	defer processes.lock.Unlock()
	if processes.ending {
		return
	}
	command := exec.Command(name, arguments...)
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	// Without the host's address in it: what runs here is of another cluster.
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/tmp"}
	log.Printf("starting %s", name)
	if err := command.Start(); err != nil {
		processes.ended <- fmt.Errorf("%s does not start: %w", name, err)
		return
	}
	processes.running = append(processes.running, command)
	processes.waiting.Add(1)
	go func() {
		defer processes.waiting.Done()
		processes.ended <- fmt.Errorf("%s ended: %v", name, command.Wait())
	}()
}

// end asks all to end, the last started first, and insists after the patience.
func (processes *processes) end(patience time.Duration) {
	processes.lock.Lock()
	defer processes.lock.Unlock()
	processes.ending = true
	gone := make(chan struct{})
	go func() {
		processes.waiting.Wait()
		close(gone)
	}()
	for index := len(processes.running) - 1; index >= 0; index-- {
		_ = processes.running[index].Process.Signal(syscall.SIGTERM)
	}
	select {
	case <-gone:
	case <-time.After(patience):
		for _, command := range processes.running {
			_ = command.Process.Kill()
		}
		<-gone
	}
}
