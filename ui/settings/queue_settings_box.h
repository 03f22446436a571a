#pragma once

#include <QList>
#include <QWidget>

#include "core/owner/queue_settings.h"

class QCheckBox;
class QFormLayout;
class QLineEdit;
class QSpinBox;
class QTimeEdit;

namespace fanlight::ui {

/// The settings that are kept in the queue's file, since owners without a window follow them. They are read when the
/// box is made.
class QueueSettingsBox : public QWidget {
    Q_OBJECT

public:
    explicit QueueSettingsBox(QWidget* parent = nullptr);

    /// Writes what has been changed. Returns what went wrong; empty: nothing.
    QString save() const;

private:
    void show(const QueueSettings& settings);
    /// Throws Error for what cannot be.
    void change(QueueSettings& settings) const;
    QWidget* makeQuietRow();
    void addLimits(QFormLayout* form);

    QueueSettings before_;  ///< as read
    QCheckBox* goOn_;
    QCheckBox* isQuiet_;
    QTimeEdit *quietFrom_, *quietTo_;
    QList<QSpinBox*> limits_;  ///< in the order of card_limits()
    QLineEdit *afterRun_, *afterQueue_;
};

}  // namespace fanlight::ui
