#pragma once

#include <QDialog>

class QMenuBar;

namespace fanlight::ui {

/// The keys of all that is in the menus, menu by menu.
class KeysDialog : public QDialog {
    Q_OBJECT

public:
    explicit KeysDialog(const QMenuBar& menus, QWidget* parent = nullptr);
};

}  // namespace fanlight::ui
