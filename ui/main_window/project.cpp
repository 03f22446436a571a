#include "ui/main_window/project.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QTimer>

#include "ui/main_window/unsaved_prompts.h"
#include "ui/models/background.h"
#include "ui/prompts/prompt_file.h"
#include "ui/prompts/prompt_model.h"
#include "ui/settings/settings.h"

namespace fanlight::ui {

namespace {

constexpr int delayMs = 500;

QString listFilter() { return Project::tr("Prompt lists (*.jsonl *.csv *.tsv *.txt *.prompts)"); }

}  // namespace

Project::Project(PromptModel* model, QWidget* window)
    : QObject(window), model_(model), window_(window), unsaved_(new UnsavedPrompts(this)), delay_(new QTimer(this)) {
    delay_->setSingleShot(true);
    delay_->setInterval(delayMs);
    connect(delay_, &QTimer::timeout, this, &Project::backUpChanges);
    connect(unsaved_, &UnsavedPrompts::problem, this,
            [this](const QString& sentence) { Q_EMIT problem(sentence, {}); });
    connect(model->undoStack(), &QUndoStack::cleanChanged, this, &Project::nameChanged);
    connect(model->undoStack(), &QUndoStack::cleanChanged, this, [this](bool clean) {
        if (clean) forgetChanges();
    });
    connect(model->undoStack(), &QUndoStack::indexChanged, this, [this] {
        if (isModified() && !delay_->isActive()) delay_->start();
    });
}

QString Project::name() const { return file_.isEmpty() ? tr("Untitled") : QFileInfo(file_).completeBaseName(); }

bool Project::isModified() const { return !model_->undoStack()->isClean(); }

void Project::setFile(const QString& file) {
    file_ = file;
    settings::project.set(file);
    Q_EMIT nameChanged();
}

void Project::newProject() {
    leaveThen([this] {
        model_->reset({});
        setFile({});
    });
}

void Project::open() {
    leaveThen([this] {
        const QString file = QFileDialog::getOpenFileName(window_, tr("Open a project"), {}, listFilter());
        if (!file.isEmpty()) load(file);
    });
}

void Project::load(const QString& file) {
    inBackground(
        this, [file] { return readPrompts({file}); },
        [this, file, load = ++loads_](ReadPrompts read) {
            if (load != loads_) return;
            if (!read.problems.isEmpty())
                return Q_EMIT problem(tr("%1 The list is as it was.").arg(read.problems.first().section('\n', 0, 0)),
                                      read.problems.first().contains('\n') ? read.problems.first() : QString());
            model_->reset(std::move(read.entries));
            setFile(file);
        });
}

bool Project::recover() {
    const QString kept = unsaved_->adopt();
    if (kept.isEmpty()) return false;
    inBackground(
        this, [kept] { return UnsavedPrompts::read(kept); },
        [this](UnsavedList list) {
            if (!list.problem.isEmpty()) return Q_EMIT problem(list.problem, {});
            setFile(list.project);
            model_->insert(0, std::move(list.entries), tr("Restore"));
            Q_EMIT recovered();
        });
    return true;
}

void Project::backUpChanges() {
    if (isModified()) unsaved_->keep(file_, model_->entries());
}

void Project::forgetChanges() {
    delay_->stop();
    unsaved_->drop();
}

QString Project::askForFile() {
    const QString chosen = QFileDialog::getSaveFileName(window_, tr("Save the project"), file_, listFilter());
    if (chosen.isEmpty()) return {};
    const QString file = listFile(chosen);
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

void Project::saveTo(const QString& file) { saveTo(listFile(file), {}); }

void Project::saveThen(const std::function<void()>& then) {
    const QString file = file_.isEmpty() ? askForFile() : file_;
    if (!file.isEmpty()) saveTo(file, then);
}

void Project::saveTo(const QString& file, const std::function<void()>& then) {
    const int saved = model_->undoStack()->index();
    inBackground(
        this, [file, entries = model_->entries()] { return saveProject(file, entries); },
        [this, file, saved, then](const QString& sentence) {
            if (!sentence.isEmpty()) return Q_EMIT problem(sentence, {});
            if (model_->undoStack()->index() == saved) model_->undoStack()->setClean();
            setFile(file);
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
