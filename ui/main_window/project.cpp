#include "ui/main_window/project.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>

#include "ui/models/background.h"
#include "ui/prompts/prompt_file.h"
#include "ui/prompts/prompt_model.h"
#include "ui/settings/settings.h"

namespace fanlight::ui {

Project::Project(PromptModel* model, QWidget* window) : QObject(window), model_(model), window_(window) {
    connect(model->undoStack(), &QUndoStack::cleanChanged, this, &Project::nameChanged);
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
        const QString file =
            QFileDialog::getOpenFileName(window_, tr("Open a project"), {}, tr("Fanlight projects (*.jsonl)"));
        if (!file.isEmpty()) load(file);
    });
}

void Project::load(const QString& file) {
    inBackground(
        this, [file] { return readPrompts({file}); },
        [this, file](ReadPrompts read) {
            if (!read.problems.isEmpty())
                return Q_EMIT problem(
                    tr("%1 could not be opened; the list is as it was.").arg(QFileInfo(file).fileName()),
                    read.problems.join('\n'));
            model_->reset(std::move(read.entries));
            setFile(file);
        });
}

QString Project::askForFile() {
    QString file =
        QFileDialog::getSaveFileName(window_, tr("Save the project"), file_, tr("Fanlight projects (*.jsonl)"));
    if (!file.isEmpty() && QFileInfo(file).suffix().isEmpty()) file += ".jsonl";
    return file;
}

void Project::saveAs() {
    const QString file = askForFile();
    if (!file.isEmpty()) saveTo(file);
}

void Project::saveTo(const QString& file) { saveTo(file, {}); }

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
    const auto* keep = box.addButton(tr("Save"), QMessageBox::AcceptRole);
    const auto* drop = box.addButton(tr("Discard"), QMessageBox::DestructiveRole);
    box.addButton(tr("Cancel"), QMessageBox::RejectRole);
    box.exec();
    if (box.clickedButton() == keep) saveThen(then);
    if (box.clickedButton() == drop) then();
}

}  // namespace fanlight::ui
