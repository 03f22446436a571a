#pragma once

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace fanlight::ui {

class FolderField;
class ModelFoldersBox;
class QueueSettingsBox;

/// The settings as a form; changes take effect when it is accepted, which it refuses while the output folder cannot be
/// written.
class SettingsDialog : public QDialog {
    Q_OBJECT

public:
    explicit SettingsDialog(QWidget* parent = nullptr);

    void accept() override;

Q_SIGNALS:
    /// The colour scheme has been changed.
    void coloursChanged();

private:
    void save();

    FolderField* folder_;
    QLineEdit* names_;
    QComboBox* colours_;
    QComboBox* language_;
    QCheckBox* notify_;
    QCheckBox* keepAwake_;
    ModelFoldersBox* models_;
    QueueSettingsBox* queue_;
};

}  // namespace fanlight::ui
