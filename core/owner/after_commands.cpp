#include "core/owner/after_commands.h"

#include <QProcess>
#include <QProcessEnvironment>

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/run/run_log.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

void set(QProcessEnvironment& environment, const std::string& name, const std::string& value) {
    environment.insert(QString::fromStdString(name), QString::fromStdString(value));
}

void set(QProcessEnvironment& environment, const std::string& prefix, const RunCounts& counts, double seconds) {
    set(environment, prefix + "TOTAL", std::to_string(counts.total));
    set(environment, prefix + "DONE", std::to_string(counts.done));
    set(environment, prefix + "FAILED", std::to_string(counts.failed));
    set(environment, prefix + "CANCELLED", std::to_string(counts.cancelled));
    set(environment, prefix + "SECONDS", number_text(seconds));
}

QProcessEnvironment environment_of(const EndedRun& run) {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    set(environment, "FANLIGHT_RUN_FOLDER", run.folder.string());
    set(environment, "FANLIGHT_RUN_NAME", run.title);
    set(environment, "FANLIGHT_RUN_STATE", run.failed ? "failed" : "finished");
    set(environment, "FANLIGHT_RUN_", run.counts, run.seconds);
    return environment;
}

void execute(const std::string& command, QProcessEnvironment environment, const fs::path& folder,
             const std::string& log) {
    if (command.empty()) return;
    set(environment, "FANLIGHT_COMMAND", command);
    const QString output = QString::fromStdString((folder / ".fanlight" / "logs" / log).string());
    QProcess shell;
    shell.setProgram("/bin/sh");
    shell.setArguments({"-c", R"(/bin/sh -c "$FANLIGHT_COMMAND"; echo "Exit status $?")"});
    shell.setProcessEnvironment(environment);
    shell.setWorkingDirectory(QString::fromStdString(folder.string()));
    shell.setStandardInputFile(QProcess::nullDevice());
    shell.setProcessChannelMode(QProcess::MergedChannels);
    shell.setStandardOutputFile(output, QIODevice::Append);
    if (!shell.startDetached())
        throw Error("The command \"%1\" was not executed: %2", command, shell.errorString().toStdString());
    RunLog(folder).write(LogLevel::Info, Sentence("Executed \"%1\"; see %2", command, log));
}

}  // namespace

void EndedQueue::add(const EndedRun& run) {
    ++runs;
    failed += run.failed;
    counts.total += run.counts.total;
    counts.done += run.counts.done;
    counts.failed += run.counts.failed;
    counts.cancelled += run.counts.cancelled;
    seconds += run.seconds;
}

void execute_after_run(const std::string& command, const EndedRun& run) {
    execute(command, environment_of(run), run.folder, "after_run.log");
}

void execute_after_queue(const std::string& command, const EndedQueue& queue, const EndedRun& last) {
    QProcessEnvironment environment = environment_of(last);
    set(environment, "FANLIGHT_QUEUE_RUNS", std::to_string(queue.runs));
    set(environment, "FANLIGHT_QUEUE_FAILED_RUNS", std::to_string(queue.failed));
    set(environment, "FANLIGHT_QUEUE_", queue.counts, queue.seconds);
    execute(command, environment, last.folder, "after_queue.log");
}

}  // namespace fanlight
