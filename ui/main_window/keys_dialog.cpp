#include "ui/main_window/keys_dialog.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "ui/models/window_geometry.h"

namespace fanlight::ui {

namespace {

/// Without the mark of its mnemonic.
QString plain(QString text) { return text.remove('&'); }

QString keysOf(const QAction& action) {
    return QKeySequence::listToString(action.shortcuts(), QKeySequence::NativeText);
}

void addMenu(QTreeWidget* list, const QAction& menu) {
    auto* heading = new QTreeWidgetItem(list, {plain(menu.text())});
    for (const QAction* action : menu.menu()->actions())
        if (!action->shortcuts().isEmpty()) new QTreeWidgetItem(heading, {plain(action->text()), keysOf(*action)});
    if (heading->childCount() == 0) return delete heading;
    heading->setFirstColumnSpanned(true);
    QFont bold = list->font();
    bold.setBold(true);
    heading->setFont(0, bold);
}

}  // namespace

KeysDialog::KeysDialog(const QMenuBar& menus, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Keyboard shortcuts"));
    auto* list = new QTreeWidget;
    list->setAccessibleName(windowTitle());
    list->setHeaderLabels({tr("Action"), tr("Keys")});
    list->setRootIsDecorated(false);
    for (const QAction* menu : menus.actions())
        if (menu->menu()) addMenu(list, *menu);
    list->expandAll();
    list->setItemsExpandable(false);
    list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    list->header()->setStretchLastSection(false);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    buttons->button(QDialogButtonBox::Close)->setText(tr("Close"));
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(list);
    layout->addWidget(buttons);
    resize(sizeOnScreen(this, {480, 520}));
}

}  // namespace fanlight::ui

#include "moc_keys_dialog.cpp"
