#include "core/ranks/launcher.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <set>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/unique_fd.h"

namespace fanlight {

namespace {

/// The variables in which each launcher passes a process its rank; the first ones that are set count.
struct Names {
    const char *rank, *size, *local_rank;
    const char* local_size;  ///< processes on this machine
};
constexpr Names launchers[] = {
    // torchrun, accelerate launch, fanlight launch
    {"RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"},
    {"SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID", "SLURM_STEP_TASKS_PER_NODE"},
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},  // MPICH, Intel MPI
};

constexpr const Names& slurm = launchers[2];

/// Variables that identify one start of the processes, if the launcher sets any.
constexpr const char* starts[] = {"SLURM_STEP_ID", "PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid", "PMI_ID"};

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

int number(const char* name, int otherwise) {
    const std::string text = variable(name);
    if (text.empty()) return otherwise;
    int value = -1;
    const char* const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, value).ptr != end || value < 0)
        throw Error("%1 is \"%2\", which is not a number; correct it and start the worker again.", name, text);
    return value;
}

/// Empty if the launcher does not identify its starts.
std::string start_name() {
    for (const char* name : starts) {
        std::string id = variable(name);
        for (char& c : id)
            if (!std::isalnum(static_cast<unsigned char>(c))) c = '-';
        if (!id.empty()) return variable("SLURM_JOB_ID") + variable("SLURM_RESTART_COUNT") + "-" + id;
    }
    return "";
}

/// A number, or the first one of Slurm's "2(x3),1".
int first_number(const char* name, int otherwise) {
    const std::string text = variable(name);
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && value > 0 ? value : otherwise;
}

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses addresses_of(const std::string& host) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_DGRAM;
    if (::getaddrinfo(host.c_str(), "9", &hints, &found) != 0) throw Error("The address %1 is not known", host);
    return {found, &::freeaddrinfo};
}

std::string text_of(const sockaddr* address) {
    const socklen_t length = address->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    std::array<char, NI_MAXHOST> text{};
    const int fault =
        ::getnameinfo(address, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST | NI_NUMERICSERV);
    return fault == 0 ? text.data() : "";
}

bool is_loopback(const std::string& address) { return address.starts_with("127.") || address == "::1"; }

/// This machine's addresses of a family in its networks, sorted.
std::vector<std::string> own_addresses(int family) {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return {};
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(first, &::freeifaddrs);
    std::set<std::string> found;
    for (const ifaddrs* at = first; at; at = at->ifa_next) {
        const bool is_up = (at->ifa_flags & IFF_UP) != 0 && (at->ifa_flags & IFF_LOOPBACK) == 0;
        if (!at->ifa_addr || at->ifa_addr->sa_family != family || !is_up) continue;
        const std::string text = text_of(at->ifa_addr);
        if (!text.empty() && text.find('%') == std::string::npos) found.insert(text);  // fe80::1%eth0: of a link only
    }
    return {found.begin(), found.end()};
}

/// Debian gives a machine's own name the address 127.0.1.1, at which no other machine reaches it: there the processes
/// meet at the machine's address in the network.
std::string meeting_host(const std::string& host, const Names* names) {
    const int size = names ? number(names->size, 1) : 1;
    const int here = names ? first_number(names->local_size, size) : size;
    if (host.empty() || here >= size || host == "localhost" || is_loopback(host)) return host;
    const Addresses resolved = addresses_of(host);
    const std::string found = text_of(resolved->ai_addr);
    if (!is_loopback(found)) return host;
    const std::vector<std::string> own = own_addresses(resolved->ai_family);
    if (number(names->rank, 0) < here && own.size() == 1) return own.front();
    throw Error(
        "%1 is %2 on this machine, where no other machine reaches it; set MASTER_ADDR (of fanlight launch: "
        "--main-process-ip) to the address of rank 0's machine (this one has %3)",
        host, found, own.empty() ? Sentence("none") : listed(own));
}

/// The launcher's rendezvous, or "".
std::string store_of_launcher(const std::string& host) {
    const std::string place = variable("FANLIGHT_STORE"), port = variable("MASTER_PORT");
    if (!place.empty() || host.empty() || port.empty()) return place;
    return (variable("TORCHELASTIC_USE_AGENT_STORE") == "True" ? "tcp://" : "tcp-serve://") + host + ":" + port;
}

/// The address of this machine from which `host` would be reached; nothing is sent.
std::string address_towards(const std::string& host) {
    const Addresses found = addresses_of(host);
    const UniqueFd fd(::socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    auto* address = reinterpret_cast<sockaddr*>(&own);
    if (::connect(fd.get(), found->ai_addr, found->ai_addrlen) == 0 && ::getsockname(fd.get(), address, &length) == 0)
        if (std::string text = text_of(address); !text.empty()) return text;
    throw Error("No way leads from here to %1; set FANLIGHT_ADDRESS to this machine's own address.", host);
}

/// Removes other rendezvous folders whose processes were killed. A live process writes to the store every few seconds
/// (RollCall), so the age of that file is conclusive, on whichever machine they were.
void remove_deserted_meetings(const std::filesystem::path& meeting) {
    constexpr std::chrono::hours deserted(1);
    const auto now = std::filesystem::file_time_type::clock::now();
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(meeting.parent_path(), ignored)) {
        if (entry.path() == meeting || !entry.path().filename().string().starts_with("meeting-")) continue;
        const auto store = entry.path() / "store";
        const auto last_sign = std::filesystem::last_write_time(exists(store, ignored) ? store : entry.path(), ignored);
        if (!ignored && now - last_sign > deserted) std::filesystem::remove_all(entry.path(), ignored);
    }
}

std::filesystem::path make_meeting_folder(const std::filesystem::path& run_folder, int size) {
    const std::string start = size == 1 ? "alone" : start_name();
    if (start.empty())
        throw Error(
            "The processes have no place to meet; set MASTER_ADDR and MASTER_PORT, or FANLIGHT_STORE to file:// and a "
            "fresh folder that all of them see.");
    const auto folder = run_folder / ".fanlight" / ("meeting-" + start);
    if (size == 1) std::filesystem::remove_all(folder);  // of an earlier start
    remove_deserted_meetings(folder);
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    return folder;
}

/// A script that Slurm runs by itself has a number and no step: nobody has started its tasks.
void check_batch_script(int tasks) {
    if (tasks > 1)
        throw Error("Slurm has room for %1 tasks and has started none of them: put srun before fanlight-worker", tasks);
}

}  // namespace

Launched launched_as(const std::filesystem::path& run_folder) {
    Launched launched;
    const Names* launcher = nullptr;
    for (const Names& names : launchers) {
        const bool ranked = !variable(names.rank).empty(), sized = !variable(names.size).empty();
        if (&names == &slurm && variable("SLURM_STEP_ID").empty()) continue;
        // Torchrun's two variables are always set together.
        if (ranked && !sized && &names == std::begin(launchers))
            throw Error("%1 is set and %2 is not; set both or neither.", names.rank, names.size);
        if (!ranked || !sized) continue;
        launcher = &names;
        launched.rendezvous.rank = number(names.rank, 0);
        launched.rendezvous.size = number(names.size, 1);
        launched.local_rank = number(names.local_rank, launched.rendezvous.rank);
        launched.leads_machine = number(names.local_rank, 0) == 0;
        break;
    }
    if (!launcher && !variable(slurm.rank).empty()) check_batch_script(number(slurm.size, 1));
    if (launched.rendezvous.size < 1 || launched.rendezvous.rank >= launched.rendezvous.size)
        throw Error("This is process %1 of %2, as the launcher's variables have it; there is none.",
                    launched.rendezvous.rank, launched.rendezvous.size);
    launched.attempt = variable("TORCHELASTIC_RESTART_COUNT");
    launched.silence_seconds = std::max(1, number("FANLIGHT_SILENCE_SECONDS", 30));
    launched.rendezvous.response_seconds = launched.silence_seconds;
    const std::string host = meeting_host(variable("MASTER_ADDR"), launcher);
    launched.rendezvous.store = store_of_launcher(host);
    if (launched.rendezvous.store.empty()) {
        launched.meeting_folder = make_meeting_folder(run_folder, launched.rendezvous.size);
        launched.rendezvous.store = "file://" + launched.meeting_folder.string();
    }
    if (launched.rendezvous.store.starts_with("tcp")) {
        const std::string own = variable("FANLIGHT_ADDRESS");
        if (!own.empty() || !host.empty()) launched.rendezvous.address = own.empty() ? address_towards(host) : own;
    }
    return launched;
}

std::string planned_gpu(int local_rank, const RunPlacement& placement) {
    std::vector<std::string> named;
    for (const WorkerPlace& worker : placement.workers) {
        if (worker.stages.empty()) named.push_back(worker.device);
        for (const WorkerPlace::Stage& stage : worker.stages) named.push_back(stage.device);
    }
    const auto number = static_cast<size_t>(local_rank);
    return number < named.size() ? named[number] : "cuda:" + std::to_string(local_rank);
}

std::string gpu_of(int local_rank, int visible, const RunPlacement& placement) {
    return visible == 1 ? "cuda:0" : planned_gpu(local_rank, placement);
}

void remove_meeting(const Launched& launched) {
    std::error_code ignored;  // the next start cleans up
    if (!launched.meeting_folder.empty()) std::filesystem::remove_all(launched.meeting_folder, ignored);
}

}  // namespace fanlight
