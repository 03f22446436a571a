#pragma once

#include <pthread.h>

#include <csignal>
#include <functional>
#include <thread>

namespace fanlight {

/// Calls back whenever this process is sent the signal, in a thread of its own. To be called before any other thread is
/// started.
inline void on_signal(int number, std::function<void()> call) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, number);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread([signals, call = std::move(call)] {
        for (int received = 0; sigwait(&signals, &received) == 0;) call();
    }).detach();
}

}  // namespace fanlight
