#include "ui/main_window/run_opener.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

#include "core/output/run_results.h"
#include "core/protocol/run_plan.h"
#include "ui/gallery/gallery_pane.h"
#include "ui/models/background.h"
#include "ui/models/direction.h"
#include "ui/models/sentence.h"
#include "ui/results/results_pane.h"

namespace fanlight::ui {

namespace {

struct Found {
    QString folder;
    bool texts = false;
    QString problem;
};

Found whatIsIn(const QString& path) {
    const QString folder =
        QFileInfo(path).isDir() ? path : QString::fromStdString(run_folder_of(path.toStdString()).string());
    if (!QFileInfo(folder).isDir())
        return {.problem =
                    RunOpener::tr(
                        "%1 is not a run folder, and there is none beside it; choose the folder that contains the run.")
                        .arg(isolated(QDir::toNativeSeparators(path)))};
    Found found{.folder = QDir(folder).absolutePath()};
    if (!QFileInfo::exists(folder + "/.fanlight/run.json")) return found;  // pictures, or exported ones
    try {
        const RunPlan plan = read_plan(folder.toStdString());
        found.texts = plan.items.front().task.suffix().empty();
    } catch (const std::exception& error) {
        found.problem = said(error);
    }
    return found;
}

}  // namespace

RunOpener::RunOpener(GalleryPane* gallery, ResultsPane* results, QObject* parent)
    : QObject(parent), gallery_(gallery), results_(results) {
    connect(gallery, &GalleryPane::folderChosen, this, &RunOpener::open);
    connect(results, &ResultsPane::folderDropped, this, &RunOpener::open);
}

void RunOpener::open(const QString& path) {
    inBackground(
        this, [path] { return whatIsIn(path); },
        [this](const Found& found) {
            if (!found.problem.isEmpty()) return Q_EMIT problem(found.problem);
            if (found.texts) {
                results_->showRun(found.folder);
                return Q_EMIT textsOpened();
            }
            gallery_->addFolder(found.folder);
            Q_EMIT picturesOpened();
        });
}

void RunOpener::askForFolder(QWidget* window) {
    const QString folder = QFileDialog::getExistingDirectory(window, tr("Open a run folder"));
    if (!folder.isEmpty()) open(folder);
}

}  // namespace fanlight::ui

#include "moc_run_opener.cpp"
