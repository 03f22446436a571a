#include "core/plan/layer_timings.h"

#include <unistd.h>

#include <QDeadlineTimer>
#include <QProcess>
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/config/model_catalog.h"
#include "core/config/program_paths.h"
#include "core/config/user_folders.h"
#include "core/devices/visible_devices.h"
#include "core/run/child_process.h"
#include "core/run/worker_process.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr int first_word_ms = 30'000;  // time for loading libraries from a slow disk
constexpr int silence_ms = 15'000, end_ms = 2'000;
constexpr qint64 max_output_bytes = 64 << 20;

/// Part of each cache entry's name; to be changed with what `fanlight-worker measure` times.
constexpr const char* timed_how = "weights from memory";

std::vector<std::string> options_of(const DescribedShape& shape) {
    return {"--dtype",      shape.dtype,
            "--width",      std::to_string(shape.width),
            "--height",     std::to_string(shape.height),
            "--tokens",     std::to_string(shape.tokens),
            "--batch-size", std::to_string(shape.batch_size),
            "--guided",     shape.guided ? "1" : "0"};
}

/// The last line of the program's error output, without the program's name.
std::string complaint(const QByteArray& errors) {
    std::string line = errors.trimmed().split('\n').back().toStdString();
    const std::string prefix = "fanlight-worker: ";
    return line.starts_with(prefix) ? line.substr(prefix.size()) : line.substr(0, 500);
}

/// While it is at work, the worker prints an empty line every second. One that is stopped or hangs falls silent.
void wait_for_end(QProcess& process, const std::string& program, int most_seconds) {
    QDeadlineTimer whole(most_seconds * 1000LL);
    const auto patience = [&](int ms) { return static_cast<int>(std::min<qint64>(ms, whole.remainingTime())); };
    for (int ms = first_word_ms; process.waitForReadyRead(patience(ms)) && !whole.hasExpired(); ms = silence_ms) {
    }
    if (process.error() == QProcess::FailedToStart) throw Error("%1 cannot be started", program);
    if (process.state() == QProcess::NotRunning || process.waitForFinished(patience(end_ms))) return;
    process.kill();
    process.waitForFinished(end_ms);
    if (whole.hasExpired()) throw Error("%1 did not answer within %2 s", program, most_seconds);
    throw Error("%1 fell silent while it timed the model's layers, and was ended", program);
}

/// Runs the worker and parses the line of JSON that it prints.
Json ask(const std::string& program, const std::string& command, const fs::path& folder,
         const std::vector<std::string>& options, const VisibleDevices& visible, int most_seconds) {
    QStringList arguments = {QString::fromStdString(command), QString::fromStdString(folder.string())};
    for (const std::string& option : options) arguments << QString::fromStdString(option);
    QProcess process;
    process.setProcessEnvironment(environment_with(visible.environment()));
    process.setChildProcessModifier([owner = ::getpid()] { tie_to_owner(owner); });
    process.start(QString::fromStdString(program), arguments);
    wait_for_end(process, program, most_seconds);
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
        const std::string reason = complaint(process.readAllStandardError());
        throw Error(reason.empty() ? Sentence("%1 %2 ended without an answer", program, command) : Sentence(reason),
                    process.exitCode() == 2 ? ExitCode::BadUsage : ExitCode::Failed);
    }
    const QByteArray answer = process.readAllStandardOutput();
    if (answer.size() > max_output_bytes) throw Error("%1 %2 answered with too long an answer", program, command);
    return parse_json(answer.toStdString(), program + " " + command);
}

/// Positive and finite, one per layer; else empty.
std::vector<double> seconds_in(const Json& json, size_t layers) {
    const Json list = json.is_object() ? json.value("layer_seconds", Json()) : Json();
    if (!list.is_array() || list.size() != layers) return {};
    std::vector<double> seconds;
    for (const Json& value : list) {
        if (!value.is_number() || !(value.get<double>() > 0) || !std::isfinite(value.get<double>())) return {};
        seconds.push_back(value);
    }
    return seconds;
}

/// Empty if there is no such file.
std::vector<double> kept_in(const fs::path& file, size_t layers) {
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) return {};
    try {
        return seconds_in(read_json_file(file, 1 << 20), layers);
    } catch (const Error&) {
        return {};  // an unreadable cache is ignored
    }
}

}  // namespace

LayerTimings::LayerTimings(fs::path model_folder) : folder_(std::move(model_folder)) {}

fs::path LayerTimings::file_of(const ModelDescription& model, const TimedDevice& device,
                               const TimingLimits& limits) const {
    std::string what = join({timed_how, sha256_hex(network_config(folder_)), join(options_of(model.shape), " "),
                             device.id.substr(0, device.id.find(':')), device.name, std::to_string(device.threads)},
                            "\n");
    if (limits != TimingLimits()) what += "\n" + std::to_string(limits.rounds_seconds);
    return cache_folder() / "layer_seconds" / (sha256_hex(what) + ".json");
}

std::vector<double> LayerTimings::known(const ModelDescription& model, const TimedDevice& device) const {
    return kept_in(file_of(model, device, {}), model.layers.size());
}

std::vector<double> LayerTimings::measured(const ModelDescription& model, const TimedDevice& device,
                                           const TimingLimits& limits) const {
    const fs::path file = file_of(model, device, limits);
    std::vector<double> seconds = known(model, device);
    if (seconds.empty()) seconds = kept_in(file, model.layers.size());
    if (!seconds.empty()) return seconds;
    const VisibleDevices visible({device.id}, list_devices());
    std::vector<std::string> options = options_of(model.shape);
    for (const std::string& option :
         {std::string("--device"), visible.name_there(device.id), std::string("--threads"),
          std::to_string(device.threads), std::string("--rounds-seconds"), std::to_string(limits.rounds_seconds)})
        options.push_back(option);
    const std::string program = find_worker_program();
    const Json answer = ask(program, "measure", folder_, options, visible, limits.most_seconds);
    seconds = seconds_in(answer, model.layers.size());
    if (seconds.empty()) throw Error("%1 measure did not time each layer", program);
    std::error_code ignored;
    fs::create_directories(file.parent_path(), ignored);
    replace_file(file, to_line(answer) + "\n");
    return seconds;
}

}  // namespace fanlight
