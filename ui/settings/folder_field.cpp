#include "ui/settings/folder_field.h"

#include <QDir>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QTemporaryFile>
#include <QToolButton>

#include "ui/models/background.h"
#include "ui/models/direction.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

QString writingProblem(const QString& folder) {
    const QString shown = isolated(QDir::toNativeSeparators(folder));
    if (!QDir::isAbsolutePath(folder)) return FolderField::tr("%1 is not a full path; begin with a slash.").arg(shown);
    if (!QDir().mkpath(folder))
        return FolderField::tr("The folder %1 cannot be created; choose another one.").arg(shown);
    QTemporaryFile trial(folder + "/.fanlight-XXXXXX.part");
    if (trial.open()) return {};
    return FolderField::tr("%1 cannot be written to (%2); choose another folder.").arg(shown, trial.errorString());
}

FolderField::FolderField(const QString& name, QWidget* parent)
    : QWidget(parent), path_(new QLineEdit), problem_(new QLabel) {
    path_->setAccessibleName(name);
    auto* choose = new QToolButton;
    choose->setIcon(icon("open"));
    choose->setAutoRaise(true);
    choose->setToolTip(tr("Choose a folder…"));
    choose->setAccessibleName(choose->toolTip());
    problem_->setWordWrap(true);
    problem_->setAccessibleName(tr("Problem with the folder"));
    problem_->hide();
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->setColumnStretch(0, 1);
    layout->addWidget(path_, 0, 0);
    layout->addWidget(choose, 0, 1);
    layout->addWidget(problem_, 1, 0, 1, 2);
    connect(path_, &QLineEdit::editingFinished, this, [this] {
        if (!path_->isModified()) return;
        path_->setModified(false);
        Q_EMIT edited();
    });
    connect(choose, &QToolButton::clicked, this, [this, name] {
        const QString from = folder().isEmpty() ? path_->placeholderText() : folder();
        const QString chosen = QFileDialog::getExistingDirectory(this, name, from);
        if (chosen.isEmpty()) return;
        setFolder(chosen);
        Q_EMIT edited();
    });
}

QString FolderField::folder() const { return QDir::fromNativeSeparators(path_->text().trimmed()); }

void FolderField::setFolder(const QString& folder) {
    if (folder == this->folder()) return;
    path_->setText(QDir::toNativeSeparators(folder));
    problem_->hide();
}

void FolderField::setDefault(const QString& folder) { path_->setPlaceholderText(QDir::toNativeSeparators(folder)); }

void FolderField::checkThen(const std::function<void()>& then) {
    const QString asked = folder().isEmpty() ? QDir::fromNativeSeparators(path_->placeholderText()) : folder();
    inBackground(
        this, [asked] { return writingProblem(asked); },
        [this, then, check = ++checks_](const QString& problem) {
            if (check != checks_) return;
            problem_->setText(problem);
            problem_->setVisible(!problem.isEmpty());
            if (problem.isEmpty()) then();
        });
}

}  // namespace fanlight::ui

#include "moc_folder_field.cpp"
