#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/place.h"

namespace fanlight {

/// How many processes run where: `fanlight launch`'s settings from the command line and from the file that `accelerate
/// config` writes.
struct LaunchConfig {
    std::optional<int> num_processes;  ///< on all machines together; nullopt: one per device
    int num_machines = 1;
    int machine_rank = 0;                  ///< this machine's, from 0
    std::string main_process_ip;           ///< of machine 0; empty on one machine
    std::optional<int> main_process_port;  ///< nullopt: 29500; 0: any free port
    std::string gpu_ids = "all";           ///< or numbers in PCI bus order: "0,2"
    std::string mixed_precision = "no";    ///< no, fp16, bf16
    bool use_cpu = false;
    std::vector<std::string> notes;  ///< one sentence for each key of the file that has no effect here

    bool operator==(const LaunchConfig&) const = default;
};

/// Where Accelerate keeps its file: accelerate/default_config.yaml in the Hugging Face home.
std::filesystem::path default_launch_config_file();

/// Reads Accelerate's YAML, or the JSON that it writes under either suffix. Keys for training and for other hardware
/// have no effect; those that differ from the default are mentioned in `notes`. Throws UsageError "FILE, line L, column
/// C: …" for an unknown key, an invalid value, and settings that only other programs can follow.
LaunchConfig read_launch_config(const std::filesystem::path& file);

/// The same from text; `where` names the file in messages.
LaunchConfig parse_launch_config(const std::string& text, const Place& where);

/// YAML that Accelerate can read, too. Notes are not written.
std::string to_yaml(const LaunchConfig& config);

/// Checks the settings against each other, once the command line has been applied. Throws UsageError: a machine rank
/// that is too high, several machines without an address, processes that cannot be divided among the machines.
void check_launch_config(const LaunchConfig& config);

/// The numbers in `gpu_ids`; empty for "all".
std::vector<int> gpu_numbers(const LaunchConfig& config);

/// "float32", "float16" or "bfloat16", according to mixed_precision.
std::string dtype_of(const LaunchConfig& config);

}  // namespace fanlight
