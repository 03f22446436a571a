#include "core/config/launch_config.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <sstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/hugging_face_cache.h"
#include "core/config/yaml_map.h"

namespace fanlight {

namespace {

/// The value of one key, with checks that throw readable messages.
class Value {
public:
    Value(const YAML::Node& node, std::string key, const Place& where)
        : node_(node), key_(std::move(key)), where_(where) {}

    std::string text() const {
        if (!node_.IsScalar()) refuse("must be a single value");
        return node_.Scalar();
    }

    int integer(int min, int max) const {
        const std::string digits = text();
        int value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc() || end != digits.data() + digits.size() || value < min || value > max)
            refuse(Sentence("must be a whole number from %1 to %2, not %3", min, max, in_quotes(digits)));
        return value;
    }

    bool boolean() const {
        bool value = false;
        if (!node_.IsScalar() || !YAML::convert<bool>::decode(node_, value)) refuse("must be true or false");
        return value;
    }

    std::string one_of(const std::vector<std::string>& choices) const {
        const std::string value = text();
        if (std::find(choices.begin(), choices.end(), value) == choices.end())
            refuse(Sentence("cannot be %1 here; it can be %2", in_quotes(value), listed(choices)));
        return value;
    }

    [[noreturn]] void refuse(const Sentence& sentence) const {
        refuse_yaml(where_, node_.Mark(), Sentence("%1 %2", key_, sentence));
    }

private:
    const YAML::Node& node_;
    std::string key_;
    const Place& where_;
};

bool is_gpu_list(const std::string& text) {
    std::set<std::string> seen;
    std::istringstream ids(text + ",");
    for (std::string id; std::getline(ids, id, ',');) {
        const std::string digits(trimmed(id));
        const bool is_number =
            !digits.empty() && digits.size() <= 4 && digits.find_first_not_of("0123456789") == std::string::npos;
        if (!is_number || !seen.insert(digits).second) return false;
    }
    return true;
}

bool is_host(const std::string& text) {
    return !text.empty() && text.size() < 256 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '.' || c == '-' || c == ':' || c == '_';
    });
}

void read_num_processes(const Value& value, LaunchConfig& config) {
    const int count = value.integer(-1, 100'000);  // -1: Accelerate expects it on the command line
    if (count == 0) value.refuse("must be at least 1");
    if (count > 0) config.num_processes = count;
}

void read_gpu_ids(const Value& value, LaunchConfig& config) {
    config.gpu_ids = value.text();
    if (config.gpu_ids != "all" && !is_gpu_list(config.gpu_ids))
        value.refuse(
            Sentence("must be \"all\" or different numbers such as \"0,1\", not %1", in_quotes(config.gpu_ids)));
}

void read_main_process_ip(const Value& value, LaunchConfig& config) {
    config.main_process_ip = value.text();
    if (!is_host(config.main_process_ip))
        value.refuse(Sentence("must be an address or a host name, not %1", in_quotes(config.main_process_ip)));
}

void read_distributed_type(const Value& value, LaunchConfig& config) {
    static const std::set<std::string> training = {"DEEPSPEED", "FSDP", "MEGATRON_LM"};
    const std::string type = value.text();
    if (training.contains(type))
        config.notes.push_back("distributed_type " + type +
                               " has no effect here: it is a way to train; each process makes images by itself");
    else
        value.one_of({"NO", "MULTI_CPU", "MULTI_GPU"});
}

/// What a key of Accelerate's file means here. Without a reader it has no effect, because of `reason`; empty values
/// (false, null, "", "no") and `usual` pass without a note.
struct Key {
    void (*read)(const Value&, LaunchConfig&) = nullptr;
    const char* reason = "";
    const char* usual = "";
};

constexpr const char* of_training = "it belongs to training";
constexpr const char* of_tpus = "there are no TPUs here";
constexpr const char* of_compilation = "nothing is compiled at run time";

const std::map<std::string, Key>& keys() {
    static const std::map<std::string, Key> keys = {
        {"num_processes", {read_num_processes}},
        {"num_machines", {[](const Value& v, LaunchConfig& c) { c.num_machines = v.integer(1, 10'000); }}},
        {"machine_rank", {[](const Value& v, LaunchConfig& c) { c.machine_rank = v.integer(0, 9'999); }}},
        {"main_process_ip", {read_main_process_ip}},
        {"main_process_port", {[](const Value& v, LaunchConfig& c) { c.main_process_port = v.integer(0, 65'535); }}},
        {"gpu_ids", {read_gpu_ids}},
        {"mixed_precision", {[](const Value& v, LaunchConfig& c) {
             c.mixed_precision = v.one_of({"no", "fp16", "bf16"});
         }}},
        {"use_cpu", {[](const Value& v, LaunchConfig& c) { c.use_cpu = v.boolean(); }}},
        // From before mixed_precision existed.
        {"fp16", {[](const Value& v, LaunchConfig& c) {
             if (v.boolean()) c.mixed_precision = "fp16";
         }}},
        {"compute_environment", {[](const Value& v, LaunchConfig&) { v.one_of({"LOCAL_MACHINE"}); }}},
        {"distributed_type", {read_distributed_type}},

        {"debug", {.reason = "shapes are always checked"}},
        {"enable_cpu_affinity", {.reason = "processes are not bound to cores"}},
        {"rdzv_backend",
         {.reason = "processes of one machine meet in a folder, those of several at the main process",
          .usual = "static"}},
        {"same_network", {.reason = "the main process' address decides", .usual = "true"}},
        {"main_training_function", {.reason = of_training, .usual = "main"}},
        {"deepspeed_config", {.reason = of_training}},
        {"fsdp_config", {.reason = of_training}},
        {"megatron_lm_config", {.reason = of_training}},
        {"parallelism_config", {.reason = of_training}},
        {"fp8_config", {.reason = "there is no fp8"}},
        {"mpirun_config", {.reason = "mpirun is started by hand, around fanlight-worker"}},
        {"dynamo_config", {.reason = of_compilation}},
        {"dynamo_backend", {.reason = of_compilation, .usual = "NO"}},
        {"downcast_bf16", {.reason = of_tpus}},
        {"tpu_name", {.reason = of_tpus}},
        {"tpu_zone", {.reason = of_tpus}},
        {"tpu_use_cluster", {.reason = of_tpus}},
        {"tpu_use_sudo", {.reason = of_tpus}},
        {"tpu_vm", {.reason = of_tpus}},
        {"tpu_env", {.reason = of_tpus}},
        {"command_file", {.reason = of_tpus}},
        {"commands", {.reason = of_tpus}},
    };
    return keys;
}

bool says_nothing(const YAML::Node& node, const std::string& usual) {
    if (!node.IsScalar()) return node.size() == 0;
    bool value = true;
    return node.Scalar().empty() || node.Scalar() == usual || (YAML::convert<bool>::decode(node, value) && !value);
}

void read_entry(const YAML::Node& name, const YAML::Node& node, const Place& where, LaunchConfig& config) {
    const auto key = keys().find(name.Scalar());
    if (key == keys().end())
        refuse_yaml(where, name.Mark(), Sentence("the key %1 is not known", in_quotes(name.Scalar())));
    if (node.IsNull()) return;
    if (key->second.read != nullptr)
        key->second.read(Value(node, key->first, where), config);
    else if (!says_nothing(node, key->second.usual))
        config.notes.push_back(key->first + " has no effect here: " + key->second.reason);
}

}  // namespace

std::filesystem::path default_launch_config_file() { return hugging_face_home() / "accelerate/default_config.yaml"; }

LaunchConfig read_launch_config(const std::filesystem::path& file) {
    return parse_launch_config(read_file(file, 1u << 20), file.string());
}

LaunchConfig parse_launch_config(const std::string& text, const Place& where) {
    const YAML::Node root = yaml_map(text, where, "num_processes: 2");
    LaunchConfig config;
    std::set<std::string> seen;
    for (const auto& entry : root) {
        if (!entry.first.IsScalar()) refuse_yaml(where, entry.first.Mark(), "a key must be a single word");
        if (!seen.insert(entry.first.Scalar()).second)
            refuse_yaml(where, entry.first.Mark(), Sentence("%1 is given twice", entry.first.Scalar()));
        read_entry(entry.first, entry.second, where, config);
    }
    return config;
}

std::string to_yaml(const LaunchConfig& config) {
    const bool several = config.num_processes.value_or(-1) != 1;
    YAML::Emitter yaml;
    yaml << YAML::BeginMap;
    const auto add = [&](const char* key, const auto& value) { yaml << YAML::Key << key << YAML::Value << value; };
    const auto add_text = [&](const char* key, const std::string& value) {  // unquoted, "no" is false and "0" a number
        yaml << YAML::Key << key << YAML::Value << YAML::DoubleQuoted << value;
    };
    add("compute_environment", "LOCAL_MACHINE");
    add("distributed_type", !several ? "NO" : config.use_cpu ? "MULTI_CPU" : "MULTI_GPU");
    add_text("gpu_ids", config.gpu_ids);
    add("machine_rank", config.machine_rank);
    if (!config.main_process_ip.empty()) add_text("main_process_ip", config.main_process_ip);
    if (config.main_process_port) add("main_process_port", *config.main_process_port);
    add_text("mixed_precision", config.mixed_precision);
    add("num_machines", config.num_machines);
    add("num_processes", config.num_processes.value_or(-1));
    add("use_cpu", config.use_cpu);
    yaml << YAML::EndMap;
    return std::string(yaml.c_str()) + "\n";
}

void check_launch_config(const LaunchConfig& config) {
    if (config.gpu_ids != "all" && !is_gpu_list(config.gpu_ids))
        throw UsageError("--gpu-ids must be \"all\" or different numbers such as 0,1, not %1.",
                         in_quotes(config.gpu_ids));
    if (config.machine_rank >= config.num_machines)
        throw UsageError("The machine rank is %1, but with %2 machines the highest is %3", config.machine_rank,
                         config.num_machines, config.num_machines - 1);
    if (config.num_machines == 1) return;
    if (config.main_process_ip.empty())
        throw UsageError("Several machines need --main-process-ip, the address of machine 0 that the others can reach");
    if (config.main_process_port == 0)
        throw UsageError("Several machines need a --main-process-port that all of them know, not 0");
    if (!config.num_processes) throw UsageError("Several machines need --num-processes, the number over all machines");
    if (*config.num_processes % config.num_machines != 0)
        throw UsageError("--num-processes counts over all machines: %1 processes do not divide by %2 machines",
                         *config.num_processes, config.num_machines);
}

std::vector<int> gpu_numbers(const LaunchConfig& config) {
    std::vector<int> numbers;
    if (config.gpu_ids == "all") return numbers;
    std::istringstream ids(config.gpu_ids);
    for (std::string id; std::getline(ids, id, ',');) numbers.push_back(std::stoi(id));
    return numbers;
}

std::string dtype_of(const LaunchConfig& config) {
    return config.mixed_precision == "fp16" ? "float16" : config.mixed_precision == "bf16" ? "bfloat16" : "float32";
}

}  // namespace fanlight
