#include "core/ranks/launcher.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <memory>

#include "core/base/error.h"
#include "core/base/unique_fd.h"

namespace fanlight {

namespace {

/// The variables in which each launcher passes a process its rank; the first ones that are set count.
struct Names {
    const char *rank, *size, *local_rank;
};
constexpr Names launchers[] = {
    {"RANK", "WORLD_SIZE", "LOCAL_RANK"},  // torchrun, accelerate launch, fanlight launch
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK"},
    {"SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID"},
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"},  // MPICH, Intel MPI
};

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
        throw Error(std::string(name) + " is \"" + text +
                    "\", which is no number; correct it and start the worker again.");
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

/// The launcher's rendezvous, or "".
std::string store_of_launcher() {
    const std::string place = variable("FANLIGHT_STORE"), host = variable("MASTER_ADDR"),
                      port = variable("MASTER_PORT");
    if (!place.empty() || host.empty() || port.empty()) return place;
    return (variable("TORCHELASTIC_USE_AGENT_STORE") == "True" ? "tcp://" : "tcp-serve://") + host + ":" + port;
}

/// The address of this machine from which `host` would be reached; nothing is sent.
std::string address_towards(const std::string& host) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_DGRAM;
    if (::getaddrinfo(host.c_str(), "9", &hints, &found) != 0) throw Error("The address " + host + " is not known");
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    const UniqueFd fd(::socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    std::array<char, NI_MAXHOST> text{};
    auto* address = reinterpret_cast<sockaddr*>(&own);
    if (::connect(fd.get(), found->ai_addr, found->ai_addrlen) != 0 || ::getsockname(fd.get(), address, &length) != 0 ||
        ::getnameinfo(address, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
        throw Error("No way leads from here to " + host + "; set FANLIGHT_ADDRESS to this machine's own address.");
    return text.data();
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
            "The processes have no place to meet; set MASTER_ADDR and MASTER_PORT, or FANLIGHT_STORE to "
            "file:// and a fresh folder that all of them see.");
    const auto folder = run_folder / ".fanlight" / ("meeting-" + start);
    if (size == 1) std::filesystem::remove_all(folder);  // of an earlier start
    remove_deserted_meetings(folder);
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    return folder;
}

}  // namespace

Launched launched_as(const std::filesystem::path& run_folder) {
    Launched launched;
    for (const Names& names : launchers) {
        const bool ranked = !variable(names.rank).empty(), sized = !variable(names.size).empty();
        // A script run directly by Slurm has a number but no step; torchrun's two variables are always set together.
        if (ranked && !sized && &names == std::begin(launchers))
            throw Error(std::string(names.rank) + " is set and " + names.size + " is not; set both or neither.");
        if (!ranked || !sized) continue;
        launched.rendezvous.rank = number(names.rank, 0);
        launched.rendezvous.size = number(names.size, 1);
        launched.local_rank = number(names.local_rank, launched.rendezvous.rank);
        launched.leads_machine = number(names.local_rank, 0) == 0;
        break;
    }
    if (launched.rendezvous.size < 1 || launched.rendezvous.rank >= launched.rendezvous.size)
        throw Error("This is process " + std::to_string(launched.rendezvous.rank) + " of " +
                    std::to_string(launched.rendezvous.size) + ", as the launcher's variables have it; there is none.");
    launched.attempt = variable("TORCHELASTIC_RESTART_COUNT");
    launched.silence_seconds = std::max(1, number("FANLIGHT_SILENCE_SECONDS", 30));
    launched.rendezvous.response_seconds = launched.silence_seconds;
    launched.rendezvous.store = store_of_launcher();
    if (launched.rendezvous.store.empty()) {
        launched.meeting_folder = make_meeting_folder(run_folder, launched.rendezvous.size);
        launched.rendezvous.store = "file://" + launched.meeting_folder.string();
    }
    if (launched.rendezvous.store.starts_with("tcp")) {
        const std::string own = variable("FANLIGHT_ADDRESS"), host = variable("MASTER_ADDR");
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
