#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fanlight {

/// How many workers run where: what `fanlight launch` takes from the command line and from the file that
/// `accelerate config` writes.
struct LaunchConfig {
    std::optional<int> num_processes;  ///< over all machines; nothing: one a device
    int num_machines = 1;
    int machine_rank = 0;                  ///< this machine's, from 0
    std::string main_process_ip;           ///< of machine 0; empty on one machine
    std::optional<int> main_process_port;  ///< nothing: 29500, 0: any free one
    std::string gpu_ids = "all";           ///< or numbers in the order of the PCI bus: "0,2"
    std::string mixed_precision = "no";    ///< no, fp16, bf16
    bool use_cpu = false;
    std::vector<std::string> notes;  ///< a sentence for each key of the file that has no effect here

    bool operator==(const LaunchConfig&) const = default;
};

/// Where Accelerate keeps its file: accelerate/default_config.yaml in the Hugging Face home.
std::filesystem::path default_launch_config_file();

/// Reads Accelerate's YAML, or the JSON that it writes under either suffix. Keys of training and of other hardware have
/// no effect and are told in `notes` where they say more than the default. Throws UsageError "FILE, line L, column C:
/// …" for a key that is not known, a value that cannot be, and what only other programs can do.
LaunchConfig read_launch_config(const std::filesystem::path& file);

/// The same from text; `where` stands for the file in messages.
LaunchConfig parse_launch_config(const std::string& text, const std::string& where);

/// As YAML that Accelerate reads, too. Notes are not written.
std::string to_yaml(const LaunchConfig& config);

/// What only the whole shows, once the command line has had its say. Throws UsageError: a machine's rank beyond their
/// number, several machines without an address, processes that do not divide by machines.
void check_launch_config(const LaunchConfig& config);

/// The numbers of `gpu_ids`; empty for "all".
std::vector<int> gpu_numbers(const LaunchConfig& config);

/// "float32", "float16" or "bfloat16", as mixed_precision says.
std::string dtype_of(const LaunchConfig& config);

}  // namespace fanlight
