#include "ui/settings/model_folders_box.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/config/model_places.h"
#include "core/config/program_paths.h"
#include "core/config/settings.h"
#include "ui/models/sentence.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

constexpr int shownRows = 3;

QToolButton* makeButton(const QString& iconName, const QString& name) {
    auto* button = new QToolButton;
    button->setIcon(icon(iconName));
    button->setToolTip(name);
    button->setAccessibleName(name);
    button->setAutoRaise(true);
    return button;
}

}  // namespace

ModelFoldersBox::ModelFoldersBox(QWidget* parent)
    : QWidget(parent),
      list_(new QListWidget),
      remove_(makeButton("remove", tr("Remove the selected folder"))),
      problem_(new QLabel) {
    list_->setAccessibleName(tr("More models in"));
    list_->setToolTip(tr("Folders with models and LoRAs, also those of ComfyUI, AUTOMATIC1111, Forge or SwarmUI"));
    list_->setTextElideMode(Qt::ElideMiddle);
    list_->setTabKeyNavigation(false);
    list_->setFixedHeight(shownRows * (list_->fontMetrics().lineSpacing() + 6) + 2 * list_->frameWidth());
    problem_->setWordWrap(true);
    problem_->hide();
    auto* addFolder = makeButton("add", tr("Add a folder with models"));
    remove_->setEnabled(false);
    auto* buttons = new QVBoxLayout;
    buttons->addWidget(addFolder);
    buttons->addWidget(remove_);
    buttons->addStretch();
    auto* row = new QHBoxLayout;
    row->addWidget(list_, 1);
    row->addLayout(buttons);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addLayout(row);
    layout->addWidget(problem_);

    connect(addFolder, &QToolButton::clicked, this, [this] {
        if (const QString folder = QFileDialog::getExistingDirectory(this, tr("Add a folder with models"));
            !folder.isEmpty())
            add(folder);
    });
    connect(remove_, &QToolButton::clicked, this, &ModelFoldersBox::removeSelected);
    connect(list_, &QListWidget::itemSelectionChanged, this,
            [this] { remove_->setEnabled(!list_->selectedItems().isEmpty()); });
    try {
        for (const std::string& dir : read_settings().models_dirs) before_ << QString::fromStdString(dir);
        list_->addItems(before_);
    } catch (const Error& error) {
        setEnabled(false);
        setToolTip(said(error));
    }
}

void ModelFoldersBox::add(const QString& folder) {
    problem_->hide();
    if (folders().contains(folder)) return;
    try {
        ModelPlaces(resources_folder(), {folder.toStdString()});
        list_->addItem(folder);
    } catch (const Error& error) {
        problem_->setText(said(error));
        problem_->show();
    }
}

void ModelFoldersBox::removeSelected() { qDeleteAll(list_->selectedItems()); }

QStringList ModelFoldersBox::folders() const {
    QStringList folders;
    for (int row = 0; row < list_->count(); ++row) folders << list_->item(row)->text();
    return folders;
}

/// The command line may have changed the others meanwhile.
QString ModelFoldersBox::save() const {
    const QStringList now = folders();
    if (!isEnabled() || now == before_) return {};
    try {
        change_settings([&](Settings& settings) {
            auto& dirs = settings.models_dirs;
            for (const QString& folder : before_)
                if (!now.contains(folder)) std::erase(dirs, folder.toStdString());
            for (const QString& folder : now)
                if (!before_.contains(folder)) dirs.push_back(folder.toStdString());
        });
        return {};
    } catch (const Error& error) {
        return said(error);
    }
}

}  // namespace fanlight::ui

#include "moc_model_folders_box.cpp"
