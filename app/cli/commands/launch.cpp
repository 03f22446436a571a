#include <unistd.h>

#include <QProcess>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <optional>
#include <variant>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "app/cli/say.h"
#include "core/base/text.h"
#include "core/config/launch_config.h"
#include "core/config/program_paths.h"
#include "core/devices/device_list.h"
#include "core/output/run_results.h"
#include "core/protocol/run_plan.h"
#include "core/run/child_process.h"
#include "core/run/meeting_place.h"
#include "core/run/process_group.h"
#include "core/run/run_batch.h"
#include "core/run/worker_process.h"

namespace fanlight {

namespace {

constexpr int default_port = 29500;

/// The options given on the command line; the rest comes from the file.
struct LaunchOptions {
    std::string config_file, main_process_ip, gpu_ids, mixed_precision;
    std::optional<int> num_processes, num_machines, machine_rank, main_process_port;
    bool use_cpu = false;
};

LaunchConfig config_of(const LaunchOptions& o) {
    const auto file = o.config_file.empty() ? default_launch_config_file() : std::filesystem::path(o.config_file);
    std::error_code ignored;
    const bool reads = !o.config_file.empty() || std::filesystem::exists(file, ignored);
    LaunchConfig config = reads ? read_launch_config(file) : LaunchConfig();
    for (const std::string& note : config.notes) say(file.string() + ": " + note + ".");
    if (o.num_processes) config.num_processes = o.num_processes;
    if (o.num_machines) config.num_machines = *o.num_machines;
    if (o.machine_rank) config.machine_rank = *o.machine_rank;
    if (o.main_process_port) config.main_process_port = o.main_process_port;
    if (!o.main_process_ip.empty()) config.main_process_ip = o.main_process_ip;
    if (!o.gpu_ids.empty()) config.gpu_ids = o.gpu_ids;
    if (!o.mixed_precision.empty()) config.mixed_precision = o.mixed_precision;
    config.use_cpu |= o.use_cpu;
    check_launch_config(config);
    return config;
}

/// The GPUs as the processes will call them. Throws UsageError if --gpu-ids names one that is not there, or there are
/// some and none can be used.
std::vector<std::string> gpus_here(const LaunchConfig& config) {
    if (config.use_cpu) return {};
    const std::vector<Device> devices = list_devices();
    const size_t present = devices.size() - 1;
    std::vector<std::string> gpus;
    for (const int number : gpu_numbers(config)) {
        if (static_cast<size_t>(number) >= present)
            throw UsageError("--gpu-ids: there is no GPU %1; this machine has %2, counted from 0.", number, present);
        gpus.push_back("cuda:" + std::to_string(gpus.size()));
    }
    if (gpus.empty()) gpus = parse_devices("all", devices, driver_problem());
    return gpus.front() == "cpu" ? std::vector<std::string>() : gpus;
}

RankRange ranks_of(const LaunchConfig& config) {
    const auto guess = static_cast<int>(std::max<size_t>(1, gpus_here(config).size())) * config.num_machines;
    const int world = config.num_processes.value_or(guess);
    const int local = world / config.num_machines;
    return {.first_rank = config.machine_rank * local, .local_world_size = local, .world_size = world};
}

/// The value of an option in a command's arguments.
std::optional<std::string> value_of(const std::string& option, const std::vector<std::string>& command) {
    for (size_t i = 0; i < command.size(); ++i) {
        if (command[i] == option && i + 1 < command.size()) return command[i + 1];
        if (command[i].starts_with(option + "=")) return command[i].substr(option.size() + 1);
    }
    return std::nullopt;
}

/// Throws UsageError for options that are given and would have no effect. What the file says of them is a default.
void check_given(const LaunchOptions& o, const LaunchConfig& config, const std::vector<std::string>& command) {
    const bool over_machines = o.num_machines.has_value() || config.num_machines > 1;
    if (!over_machines && (!o.main_process_ip.empty() || o.main_process_port || o.machine_rank))
        throw UsageError(
            "--main-process-ip, --main-process-port and --machine-rank are for several machines; give --num-machines, "
            "or leave them out: on one machine nothing listens.");
    if (!o.gpu_ids.empty() && config.use_cpu)
        throw UsageError("--gpu-ids chooses among GPUs, but the run uses the CPU; leave one of them out.");
    if (o.mixed_precision.empty()) return;
    for (const char* option : {"--dtype", "--resume"})
        if (value_of(option, command))
            throw UsageError("--mixed-precision has no effect beside %1, which sets the precision; leave it out.",
                             option);
}

/// Which cards all processes see, the one that prepares the run too: what it calls cuda:0 is cuda:0 to the others.
std::map<std::string, std::string> visible_cards(const LaunchConfig& config) {
    std::map<std::string, std::string> environment = {{"CUDA_DEVICE_ORDER", "PCI_BUS_ID"}};
    if (config.use_cpu) environment["CUDA_VISIBLE_DEVICES"] = "";
    if (!config.use_cpu && config.gpu_ids != "all") environment["CUDA_VISIBLE_DEVICES"] = config.gpu_ids;
    return environment;
}

/// One device per process on this machine; a sharded model has all of them.
std::string devices_here(const LaunchConfig& config, int processes, bool sharded) {
    std::vector<std::string> gpus = gpus_here(config);
    if (gpus.empty()) return join(std::vector<std::string>(static_cast<size_t>(processes), "cpu"), ",");
    if (!sharded) gpus.resize(std::min(gpus.size(), static_cast<size_t>(processes)));
    return join(gpus, ",");
}

/// A GPU takes one process: two would halve its memory, and NCCL refuses them.
void check_processes(const LaunchConfig& config, const RankRange& ranks) {
    const auto gpus = static_cast<int>(gpus_here(config).size());
    if (gpus == 0 || ranks.local_world_size <= gpus) return;
    throw UsageError("%1 processes cannot share %2; give --num-processes %3, or --cpu to use none.",
                     ranks.local_world_size, counted(gpus, "%n GPU", "%n GPUs"), gpus * config.num_machines);
}

/// The command's arguments, completed from the configuration.
QStringList prepared_arguments(const std::vector<std::string>& command, const LaunchConfig& config,
                               const RankRange& ranks) {
    QStringList arguments;
    for (const std::string& word : command) arguments << QString::fromStdString(word);
    arguments.insert(1, "--prepare");
    if (value_of("--resume", command)) return arguments;  // it has its own devices and dtype
    const auto add = [&](const std::string& option, const std::string& value) {
        if (!value_of(option, command)) arguments << QString::fromStdString(option) << QString::fromStdString(value);
    };
    if (config.mixed_precision != "no") add("--dtype", dtype_of(config));
    if (config.num_machines > 1) add("--num-machines", std::to_string(config.num_machines));
    add("--num-processes", std::to_string(ranks.world_size));
    if (value_of("--cfg-devices", command)) return arguments;  // is refused
    add("--devices", devices_here(config, ranks.local_world_size, value_of("--mode", command) == "sharded"));
    return arguments;
}

/// Whether the command shows something and prepares no run.
bool only_shows(const std::vector<std::string>& command) {
    const auto words_end = std::find(command.begin(), command.end(), "--");
    return std::any_of(command.begin(), words_end,
                       [](const std::string& word) { return word == "--dry-run" || word == "--help" || word == "-h"; });
}

/// Runs this program and waits for its end.
ExitCode run_command(QProcess& process, const QStringList& arguments, const LaunchConfig& config) {
    process.setProcessEnvironment(environment_with(visible_cards(config)));
    process.setInputChannelMode(QProcess::ForwardedInputChannel);
    process.setChildProcessModifier([owner = ::getpid()] { tie_to_owner(owner); });
    process.start(QString::fromStdString(program_path().string()), arguments);
    if (!process.waitForFinished(-1)) throw Error("%1 cannot be started", program_path());
    if (process.exitStatus() != QProcess::NormalExit) throw Error("The run could not be prepared; nothing was started");
    return static_cast<ExitCode>(process.exitCode());
}

ExitCode show_launch(const QStringList& arguments, const LaunchConfig& config) {
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    return run_command(process, arguments, config);
}

/// Runs `fanlight generate --prepare` to write the run folder. Returns the path of run.json, which it prints last, or
/// its exit code; it has then reported why.
std::variant<std::string, ExitCode> prepare_run(const QStringList& arguments, const LaunchConfig& config) {
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    if (const ExitCode code = run_command(process, arguments, config); code != ExitCode::Done) return code;
    const std::string file = process.readAllStandardOutput().trimmed().split('\n').back().toStdString();
    if (file.empty()) throw Error("The command prepared nothing to launch");
    return file;
}

/// Machine 0 prepares the run, and its processes transfer the plan to the others.
std::string run_of_machine_0(const std::vector<std::string>& command) {
    for (const char* option : {"-o", "--output", "--resume"})
        if (const auto folder = value_of(option, command))
            return (std::filesystem::absolute(run_folder_of(*folder)) / ".fanlight" / "run.json")
                .lexically_normal()
                .string();
    throw UsageError("On several machines the run folder has to be named; give --output DIR on each of them.");
}

std::map<std::string, std::string> environment_of(const LaunchConfig& config, const MeetingPlace& meeting_place) {
    std::map<std::string, std::string> environment = visible_cards(config);
    environment["MASTER_ADDR"] = config.main_process_ip.empty() ? "127.0.0.1" : config.main_process_ip;
    environment["MASTER_PORT"] = std::to_string(config.main_process_port.value_or(default_port));
    // On one machine the processes meet in a folder: nothing listens.
    if (config.num_machines == 1) environment["FANLIGHT_STORE"] = meeting_place.store();
    return environment;
}

ExitCode launch(const LaunchOptions& options, const std::vector<std::string>& command) {
    constexpr const char* launched[] = {"generate", "text", "classify", "score"};
    if (command.empty() || std::find(std::begin(launched), std::end(launched), command.front()) == std::end(launched))
        throw UsageError(
            "launch starts one command on several processes: fanlight launch [options] generate …, text …, classify … "
            "or score …");
    LaunchConfig config = config_of(options);
    config.use_cpu |= value_of("--devices", command).value_or("").starts_with("cpu");
    check_given(options, config, command);
    RankRange ranks = ranks_of(config);
    check_processes(config, ranks);
    if (only_shows(command)) return show_launch(prepared_arguments(command, config, ranks), config);
    std::string run;
    if (config.machine_rank == 0) {
        const auto prepared = prepare_run(prepared_arguments(command, config, ranks), config);
        if (const auto* refusal = std::get_if<ExitCode>(&prepared)) return *refusal;
        run = std::get<std::string>(prepared);
        const RunPlan plan = read_plan_file(run);
        const int stages = stages_of(plan.placement, ranks.world_size);
        // Superfluous processes are not started; on several machines their number must match what the others expect.
        const auto useful = static_cast<int>(std::min<size_t>(plan.items.size(), 100'000)) * stages;
        if (config.num_machines == 1) ranks.local_world_size = ranks.world_size = std::min(ranks.world_size, useful);
    } else {
        run = run_of_machine_0(command);
    }
    const MeetingPlace meeting_place;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, [](int) { request_stop(); });
    const ExitCode code = run_processes({.program = find_worker_program(),
                                         .arguments = {"run", run},
                                         .ranks = ranks,
                                         .environment = environment_of(config, meeting_place)});
    if (code == ExitCode::Interrupted && config.machine_rank == 0)
        say("Interrupted; finish it with fanlight " + command.front() + " --resume " +
            std::filesystem::path(run).parent_path().parent_path().string() + ".");
    return code;
}

}  // namespace

Action add_launch(CLI::App& app) {
    const auto o = std::make_shared<LaunchOptions>();
    const auto count = [&](const char* flags, std::optional<int>& value, int min, int max, const char* help,
                           const char* usual) {
        app.add_option(flags, value, help)->default_str(usual)->check(CLI::Range(min, max));
    };
    begin_group(app, "Processes");
    count("--num-processes,--num_processes", o->num_processes, 1, 100'000, "Processes on all machines together",
          "one for each GPU, or else 1");
    app.add_option("--gpu-ids,--gpu_ids", o->gpu_ids, "all, or the numbers of GPUs, such as 0,1")->default_str("all");
    app.add_option("--mixed-precision,--mixed_precision", o->mixed_precision,
                   "no: as the command's own --dtype says; fp16: float16; bf16: bfloat16")
        ->default_str("no")
        ->check(CLI::IsMember({"no", "fp16", "bf16"}));
    app.add_flag("--cpu", o->use_cpu, "Use no GPU");
    begin_group(app, "Machines");
    count("--num-machines,--num_machines", o->num_machines, 1, 10'000, "Machines", "1");
    count("--machine-rank,--machine_rank", o->machine_rank, 0, 9'999, "The number of this machine, counted from 0",
          "0");
    app.add_option("--main-process-ip,--main_process_ip", o->main_process_ip, "Address of machine 0")
        ->type_name("ADDRESS")
        ->default_str("none: several machines need one");
    count("--main-process-port,--main_process_port", o->main_process_port, 1, 65'535, "Port of machine 0", "29500");
    begin_group(app, "Settings");
    app.add_option("--config-file,--config_file", o->config_file, "A file written by accelerate config")
        ->type_name("FILE")
        ->default_str("Accelerate's own, if it exists");
    app.prefix_command();
    app.footer(
        "The command, generate, text, classify or score, follows these options. The command line takes precedence over "
        "the file, and the file over what this machine has.");
    add_examples(
        app,
        {"fanlight launch --num-processes 2 generate -p prompts.csv -o night",
         "fanlight launch --num-machines 2 --num-processes 8 --machine-rank 0 --main-process-ip 10.0.0.1 generate -p "
         "prompts.csv -o night"});
    return [o, &app] { return launch(*o, app.remaining()); };
}

}  // namespace fanlight
