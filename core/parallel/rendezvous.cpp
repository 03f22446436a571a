#include "core/parallel/rendezvous.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <charconv>
#include <chrono>
#include <cstring>
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "core/base/stopwatch.h"
#include "core/base/unique_fd.h"
#include "core/parallel/c10d_errors.h"
#include "core/parallel/pause.h"

namespace fanlight {

namespace {

using StorePtr = c10::intrusive_ptr<c10d::Store>;

struct Endpoint {
    std::string host;
    uint16_t port;
};

Endpoint endpoint_of(const std::string& text) {
    const size_t colon = text.rfind(':');
    Endpoint endpoint{text.substr(0, colon), 0};
    const char* const end = text.data() + text.size();
    if (colon == std::string::npos || colon == 0 ||
        std::from_chars(text.data() + colon + 1, end, endpoint.port).ptr != end || endpoint.port == 0)
        throw Error("\"%1\" is no HOST:PORT at which processes could meet.", text);
    if (endpoint.host.starts_with('[') && endpoint.host.ends_with(']'))
        endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
    return endpoint;
}

/// A socket that listens on that address only: by itself TCPStore would listen on every interface, without
/// authentication.
UniqueFd listen_at(const Endpoint& endpoint) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    const std::string port = std::to_string(endpoint.port), place = endpoint.host + ":" + port;
    if (const int fault = ::getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found); fault != 0)
        throw Error("The address %1 is not known: %2", place, ::gai_strerror(fault));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    UniqueFd fd(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(fd.get(), found->ai_addr, found->ai_addrlen) != 0 || ::listen(fd.get(), 128) != 0)
        throw Error("Cannot listen at %1: %2; give this machine's own address and a free port.", place,
                    std::strerror(errno));
    return fd;
}

std::chrono::milliseconds milliseconds(double seconds) {
    return std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
}

StorePtr tcp_store(const Endpoint& endpoint, bool serve, const Rendezvous::Options& options) {
    c10d::TCPStoreOptions tcp{
        .port = endpoint.port, .isServer = serve, .timeout = milliseconds(options.timeout_seconds)};
    tcp.waitWorkers = false;
    UniqueFd listener;
    if (serve) {
        listener = listen_at(endpoint);
        tcp.masterListenFd = listener.get();
        tcp.useLibUV = false;  // the backend that accepts an existing socket
    }
    StorePtr store = c10::make_intrusive<c10d::TCPStore>(endpoint.host, tcp);
    listener.release();  // owned by the store from now on
    return store;
}

StorePtr open_store(const Rendezvous::Options& options) {
    const auto after = [&](const std::string& scheme) { return options.store.substr(scheme.size()); };
    if (options.store.starts_with("file://"))
        return c10::make_intrusive<c10d::FileStore>(after("file://") + "/store", -1);
    if (options.store.starts_with("tcp://")) return tcp_store(endpoint_of(after("tcp://")), false, options);
    if (options.store.starts_with("tcp-serve://"))
        return tcp_store(endpoint_of(after("tcp-serve://")), options.rank == 0, options);
    throw Error("\"%1\" is no place to meet; it begins with file://, tcp:// or tcp-serve://.", options.store);
}

bool is_folder(const std::string& store) { return store.starts_with("file://"); }

std::string place_of(const std::string& store) {
    return (is_folder(store) ? "in " : "at ") + store.substr(std::min(store.size(), store.find("//") + 2));
}

/// What it means if a store fails after it was reachable.
std::string end_of(const std::string& store) {
    if (is_folder(store)) return "The folder " + store.substr(7) + ", in which the processes meet, can be used no more";
    const std::string who = store.starts_with("tcp-serve://") ? "Rank 0" : "The launcher";
    return who + " has ended or is stopped: nothing is heard any more from " + store.substr(store.find("//") + 2) +
           ", where the processes meet";
}

}  // namespace

Rendezvous::Rendezvous(const Options& options)
    : options_(options),
      store_(rethrow_as<PartnerLost>(
          "The other processes cannot be met " + place() +
              "; check that rank 0 is running and can be reached from here",
          [&] {
              const std::string who = options.store.starts_with("tcp-serve://") ? "rank 0" : "the launcher";
              const WaitNotice notice("Waiting for " + who + " to answer " + place(), options.notice);
              StorePtr store = open_store(options);
              store->setTimeout(milliseconds(options.timeout_seconds));
              return store;
          })) {}

Rendezvous::~Rendezvous() = default;

template <typename Question>
auto Rendezvous::ask(const Question& question) const {
    const std::string lost = end_of(options_.store);
    return rethrow_as<PartnerLost>(lost, [&] {
        return within(options_.response_seconds, lost, [store = store_, question] { return question(*store); });
    });
}

int64_t Rendezvous::add(const std::string& key, int64_t amount) {
    return ask([key, amount](c10d::Store& store) { return store.add(key, amount); });
}

void Rendezvous::set(const std::string& key, const std::string& value) {
    ask([key, value](c10d::Store& store) { store.set(key, value); });
}

bool Rendezvous::has(const std::string& key) {
    return ask([key](c10d::Store& store) { return store.check({key}); });
}

std::string Rendezvous::get(const std::string& key) {
    const Stopwatch watch;
    if (has(key)) return value_of(key);
    const WaitNotice notice("Waiting " + place() + " for another process to say \"" + key + "\"", options_.notice);
    for (Pause pause; !has(key); pause.wait())
        if (watch.seconds() > options_.timeout_seconds)
            throw PartnerLost("The other processes have not said \"%1\" in %2; check whether they are running", key,
                              seconds_text(options_.timeout_seconds));
    return value_of(key);
}

std::string Rendezvous::value_of(const std::string& key) const {
    const auto value = ask([key](c10d::Store& store) { return store.get(key); });
    return {value.begin(), value.end()};
}

std::string Rendezvous::place() const { return place_of(options_.store); }

StorePtr Rendezvous::store_of(const std::string& group) const {
    StorePtr store = c10::make_intrusive<c10d::PrefixStore>(group, store_);
    store->setTimeout(milliseconds(options_.timeout_seconds));
    return store;
}

}  // namespace fanlight
