#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <sstream>

#include "core/base/text.h"
#include "core/devices/device_list.h"

namespace fanlight {

namespace {

namespace fs = std::filesystem;

/// The value of the first line "KEY : VALUE" (/proc/cpuinfo, /proc/meminfo) or "KEY VALUE" (memory.stat).
std::string value_of(const fs::path& file, std::string_view key) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(key)) continue;
        const std::string_view rest = std::string_view(line).substr(key.size());
        const auto value = rest.find_first_not_of(" \t:");
        if (value != 0 && value != std::string_view::npos) return std::string(trimmed(rest.substr(value)));
    }
    return "";
}

std::optional<int64_t> integer_in(const fs::path& file) {
    std::ifstream stream(file);
    int64_t value = 0;
    return stream >> value ? std::optional(value) : std::nullopt;  // "max" or absent: no limit
}

int64_t bytes_in(const fs::path& meminfo, std::string_view key) {
    return std::atoll(value_of(meminfo, key).c_str()) * 1024;  // the file's unit is kB
}

/// This process's control groups below `mount`, innermost first: limits of all of them apply. In a container the path
/// in /proc may lie outside of what is mounted; then the mount point itself counts.
std::vector<fs::path> control_groups(const fs::path& mount, const std::string& path) {
    std::vector<fs::path> groups;
    for (fs::path group = fs::path(path).relative_path(); !group.empty(); group = group.parent_path())
        groups.push_back(mount / group);
    groups.push_back(mount);
    return groups;
}

/// A controller's control group according to /proc/self/cgroup, one "ID:CONTROLLERS:PATH" per line; in version 2
/// CONTROLLERS is empty.
std::string group_path(const fs::path& root, std::string_view controller) {
    std::ifstream lines(root / "proc/self/cgroup");
    for (std::string line; std::getline(lines, line);) {
        const auto first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        if (line.substr(first + 1, second - first - 1) == controller) return line.substr(second + 1);
    }
    return "";
}

struct MemoryFiles {
    const char *mount, *controller, *limit, *used, *reclaimable;
};
constexpr MemoryFiles memory_files[] = {
    {"sys/fs/cgroup", "", "memory.max", "memory.current", "inactive_file"},
    {"sys/fs/cgroup/memory", "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"},
};

void apply_memory_limits(Device& cpu, const fs::path& root) {
    for (const MemoryFiles& files : memory_files)
        for (const fs::path& group : control_groups(root / files.mount, group_path(root, files.controller))) {
            const auto limit = integer_in(group / files.limit);
            if (!limit) continue;
            const int64_t cache = std::atoll(value_of(group / "memory.stat", files.reclaimable).c_str());
            const int64_t used = integer_in(group / files.used).value_or(0) - cache;
            cpu.memory_total = std::min(cpu.memory_total, *limit);
            cpu.memory_free = std::clamp<int64_t>(*limit - used, 0, cpu.memory_free);
        }
}

/// cpu.max: "QUOTA PERIOD" in microseconds, or "max PERIOD".
int cores_within_quota(int cores, const fs::path& root) {
    for (const fs::path& group : control_groups(root / "sys/fs/cgroup", group_path(root, ""))) {
        std::ifstream file(group / "cpu.max");
        double quota = 0, period = 0;
        if (file >> quota >> period && quota > 0 && period > 0)
            cores = std::min(cores, std::max(1, static_cast<int>(std::ceil(quota / period))));
    }
    return cores;
}

int cores_in_affinity_mask() {
    cpu_set_t mask;
    return sched_getaffinity(0, sizeof mask, &mask) == 0 ? CPU_COUNT(&mask) : 1;
}

}  // namespace

Device cpu_device(const fs::path& root) {
    Device cpu{.id = "cpu", .kind = "cpu", .name = value_of(root / "proc/cpuinfo", "model name")};
    if (cpu.name.empty()) cpu.name = "CPU";  // ARM's cpuinfo has no name
    cpu.cores = cores_within_quota(cores_in_affinity_mask(), root);
    cpu.memory_total = bytes_in(root / "proc/meminfo", "MemTotal");
    cpu.memory_free = bytes_in(root / "proc/meminfo", "MemAvailable");
    apply_memory_limits(cpu, root);
    return cpu;
}

}  // namespace fanlight
