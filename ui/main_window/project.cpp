#include "ui/main_window/project.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QScopeGuard>
#include <QTimer>

#include "ui/main_window/unsaved_changes.h"
#include "ui/models/background.h"
#include "ui/models/sentence.h"
#include "ui/prompts/prompt_file.h"
#include "ui/prompts/prompt_model.h"
#include "ui/settings/settings.h"

namespace fanlight::ui {

namespace {

constexpr int delayMs = 500, mostRecentFiles = 10;

/// A project, or a prompt list as one without settings.
struct Opened {
    std::vector<PromptEntry> entries;
    std::optional<ProjectSettings> settings;
    QString problems;  ///< a line each; empty: it was read
};

Opened openFile(const QString& file) {
    if (!isProject(file)) {
        ReadPrompts read = readPrompts({file});
        return {std::move(read.entries), std::nullopt, read.problems.join('\n')};
    }
    try {
        const ProjectFile project = read_project(file.toStdString());
        return {entriesOf(project.rows), project.settings, {}};
    } catch (const std::exception& error) {
        return {.problems = said(error)};
    }
}

/// With .jsonl behind it unless it ends like a project or a list.
QString withEnding(const QString& file) { return isProject(file) ? file : listFile(file); }

void rememberFile(const QString& file) {
    if (file.isEmpty()) return;
    QStringList files = settings::recentFiles.get();
    files.removeAll(file);
    files.prepend(file);
    settings::recentFiles.set(files.mid(0, mostRecentFiles));
}

QString listFilter() { return Project::tr("Prompt lists (*.jsonl *.csv *.tsv *.txt *.prompts)"); }
QString projectFilter() { return Project::tr("Fanlight projects (*.fanlight)"); }

}  // namespace

bool isProject(const QString& file) { return file.endsWith(project_suffix, Qt::CaseInsensitive); }

Project::Project(PromptModel* model, QWidget* window)
    : QObject(window), model_(model), window_(window), unsaved_(new UnsavedChanges(this)), delay_(new QTimer(this)) {
    delay_->setSingleShot(true);
    delay_->setInterval(delayMs);
    connect(delay_, &QTimer::timeout, this, &Project::backUpChanges);
    connect(unsaved_, &UnsavedChanges::problem, this,
            [this](const QString& sentence) { Q_EMIT problem(sentence, {}); });
    connect(model->undoStack(), &QUndoStack::cleanChanged, this, &Project::settingsChanged);
    connect(model->undoStack(), &QUndoStack::indexChanged, this, &Project::backUpSoon);
}

void Project::keepSettings(std::function<ProjectSettings()> read, std::function<void(const ProjectSettings&)> put) {
    readSettings_ = std::move(read);
    putSettings_ = std::move(put);
}

void Project::put(const ProjectSettings& settings) {
    if (putSettings_) putSettings_(settings);
}

void Project::settingsChanged() {
    Q_EMIT nameChanged();
    isModified() ? backUpSoon() : forgetChanges();
}

QString Project::name() const { return file_.isEmpty() ? tr("Untitled") : QFileInfo(file_).completeBaseName(); }

/// Settings that no project keeps are the window's, which remembers them.
bool Project::hasOtherSettings() const { return isProject(file_) && !(settings() == saved_); }

bool Project::isModified() const { return !model_->undoStack()->isClean() || hasOtherSettings(); }

void Project::setFile(const QString& file) {
    file_ = file;
    settings::project.set(file);
    rememberFile(file);
    Q_EMIT nameChanged();
}

void Project::newProject() {
    leaveThen([this] {
        ++loads_;
        setFile({});
        model_->reset({});
        forgetChanges();
        Q_EMIT loaded();
    });
}

void Project::open() {
    leaveThen([this] {
        const QString file = QFileDialog::getOpenFileName(
            window_, tr("Open a project"), QFileInfo(file_).path(),
            tr("Projects and prompt lists (*.fanlight *.jsonl *.csv *.tsv *.txt *.prompts)"));
        if (!file.isEmpty()) load(file);
    });
}

void Project::load(const QString& file) {
    inBackground(
        this, [file] { return openFile(file); },
        [this, file, load = ++loads_](Opened opened) {
            if (load != loads_) return;
            if (!opened.problems.isEmpty())
                return Q_EMIT problem(tr("%1 The list is unchanged.").arg(opened.problems.section('\n', 0, 0)),
                                      opened.problems.contains('\n') ? opened.problems : QString());
            setFile({});  // while the settings are another project's
            model_->reset(std::move(opened.entries));
            if (opened.settings) put(*opened.settings);
            saved_ = settings();
            setFile(file);
            forgetChanges();
            Q_EMIT loaded();
        });
}

void Project::openRecent(const QString& file) {
    leaveThen([this, file] { load(file); });
}

bool Project::recover() {
    const QString kept = unsaved_->adopt();
    if (kept.isEmpty()) return false;
    isRecovering_ = true;
    inBackground(
        this, [kept] { return UnsavedChanges::read(kept); },
        [this](const UnsavedProject& unsaved) {
            const auto end = qScopeGuard([this] {
                isRecovering_ = false;
                backUpSoon();
            });
            if (!unsaved.problem.isEmpty()) return Q_EMIT problem(unsaved.problem, {});
            put(unsaved.project.settings);
            const QString file = QString::fromStdString(unsaved.project.saved_as);
            setFile(file);
            if (isProject(file)) saved_ = unsaved.saved;
            model_->insert(0, entriesOf(unsaved.project.rows), tr("Restore"));
            Q_EMIT nameChanged();
            Q_EMIT loaded();
            Q_EMIT recovered();
        });
    return true;
}

void Project::backUpSoon() {
    if (isModified() && !delay_->isActive()) delay_->start();
}

void Project::backUpChanges() {
    delay_->stop();
    if (isRecovering_ || !isModified()) return;
    unsaved_->keep(settings(), file_, model_->entries());
    Q_EMIT written();
}

void Project::forgetChanges() {
    delay_->stop();
    if (!isRecovering_) unsaved_->drop();
}

QString Project::askForFile() {
    const QString projects = projectFilter(), lists = listFilter();
    QString filter = file_.isEmpty() || isProject(file_) ? projects : lists;
    const QString chosen =
        QFileDialog::getSaveFileName(window_, tr("Save the project"), file_, projects + ";;" + lists, &filter);
    if (chosen.isEmpty()) return {};
    const bool isBare = QFileInfo(chosen).suffix().isEmpty();
    const QString file = isBare && filter == projects ? chosen + project_suffix : withEnding(chosen);
    const bool wasAsked = file == chosen;  // the dialog itself asks before it overwrites
    if (wasAsked || !QFileInfo::exists(file)) return file;
    const auto answer =
        QMessageBox::question(window_, tr("Fanlight"), tr("Replace “%1”?").arg(QFileInfo(file).fileName()));
    return answer == QMessageBox::Yes ? file : QString();
}

void Project::saveAs() {
    const QString file = askForFile();
    if (!file.isEmpty()) saveTo(file);
}

void Project::saveTo(const QString& file) { saveTo(withEnding(file), {}); }

void Project::saveThen(const std::function<void()>& then) {
    const QString file = file_.isEmpty() ? askForFile() : file_;
    if (!file.isEmpty()) saveTo(file, then);
}

void Project::saveTo(const QString& file, const std::function<void()>& then) {
    const int index = model_->undoStack()->index();
    const ProjectSettings kept = settings();
    const QByteArray head = isProject(file) ? QByteArray::fromStdString(project_head(kept)) + '\n' : QByteArray();
    inBackground(
        this, [file, head, entries = model_->entries()] { return saveProject(file, entries, head); },
        [this, file, index, kept, then](const QString& sentence) {
            if (!sentence.isEmpty()) return Q_EMIT problem(sentence, {});
            saved_ = kept;
            setFile(file);
            if (model_->undoStack()->index() == index) model_->undoStack()->setClean();
            settingsChanged();
            Q_EMIT written();
            Q_EMIT saved();
            if (then) then();
        });
}

void Project::leaveThen(const std::function<void()>& then) {
    if (!isModified()) return then();
    QMessageBox box(QMessageBox::Question, tr("Fanlight"), tr("Save the changes to “%1”?").arg(name()),
                    QMessageBox::NoButton, window_);
    box.setInformativeText(tr("Otherwise they are lost."));
    const auto* save = box.addButton(tr("Save"), QMessageBox::AcceptRole);
    const auto* discard = box.addButton(tr("Discard"), QMessageBox::DestructiveRole);
    box.addButton(tr("Cancel"), QMessageBox::RejectRole);
    box.exec();
    if (box.clickedButton() == save) saveThen(then);
    if (box.clickedButton() == discard) then();
}

}  // namespace fanlight::ui

#include "moc_project.cpp"
