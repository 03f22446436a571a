#pragma once

#include <QAbstractTableModel>
#include <QHash>
#include <QUndoStack>
#include <QUrl>

#include "ui/models/row_state.h"
#include "ui/prompts/prompt_entry.h"

namespace fanlight::ui {

class TokenCounter;

/// The prompt list: the application's document. Every change goes through its undo stack; the live state of rows is not
/// part of the document. Column 0 shows the state, column c the field promptFields()[c - 1].
class PromptModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Role { StateRole = Qt::UserRole + 1, InheritedRole };
    static constexpr int stateColumn = 0, promptColumn = 1;

    explicit PromptModel(QObject* parent = nullptr);

    const std::vector<PromptEntry>& entries() const { return entries_; }
    QUndoStack* undoStack() { return &undo_; }

    // Undoable changes; rows are 0-based.
    void insert(int row, std::vector<PromptEntry> entries, const QString& what);
    void remove(const QList<int>& rows);
    void duplicate(const QList<int>& rows);
    /// Moves the rows together before the row `before`, keeping their order.
    void move(const QList<int>& rows, int before);
    /// `entries` replace the rows from `first` on.
    void replace(int first, std::vector<PromptEntry> entries, const QString& what);
    void setPrompt(int row, const QString& prompt);

    /// Replaces the document and clears the undo stack.
    void reset(std::vector<PromptEntry> entries);

    /// What each row that sets no seed adds to that of a run of the whole list: the index of its first item, or nothing
    /// if all rows have the same seed. Valid until the list changes.
    const std::vector<qint64>& seedOffsets() const;

    /// Values of fields that rows leave open; shown in their place. By rule name; the seed is the first item's, or with
    /// `sameSeed` every row's.
    void setDefaults(const QMap<QString, QString>& defaults, bool sameSeed = false);

    /// Must outlive the model's views.
    void setTokenCounter(const TokenCounter* counter);

    /// How the row's prompts are read.
    Emphasis emphasis(int row) const;
    int steps(int row) const;

    // Live states, by entry id.
    void setState(quint64 id, const RowState& state);
    RowState state(quint64 id) const { return states_.value(id); }
    /// The rows are in a run as they are now: when they are changed, their state says so.
    void markPlanned(const std::vector<quint64>& ids);
    /// The same for rows that have been changed since.
    void markEdited(const std::vector<quint64>& ids);
    bool isEdited(quint64 id) const;
    /// -1: there is no such row.
    int rowOfId(quint64 id) const;
    void clearStates();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction | Qt::CopyAction; }
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                      const QModelIndex& parent) override;

Q_SIGNALS:
    /// Typed or dropped text was rejected: one sentence.
    void refused(const QString& sentence);
    void filesDropped(const QList<QUrl>& files, int row);

private:
    class Splice;
    void splice(int first, int removed, const std::vector<PromptEntry>& inserted);
    void push(int first, int removed, std::vector<PromptEntry> inserted, const QString& what, int mergeKey = -1);
    QString value(int row, const char* rule) const;
    int cutTokens(int row, const PromptField& field) const;
    QString cutNote(int row, const PromptField& field) const;
    QString inherited(int row, const PromptField& field) const;
    qint64 itemsOf(const PromptEntry& entry) const;
    void recount(int row);

    std::vector<PromptEntry> entries_;
    QMap<QString, QString> defaults_;
    bool sameSeed_ = false;
    const TokenCounter* tokens_ = nullptr;
    QHash<quint64, RowState> states_;
    QHash<quint64, PromptEntry> planned_;      ///< what rows were when they were planned
    mutable QHash<quint64, int> rows_;         ///< by id; empty: to be rebuilt
    mutable std::vector<qint64> seedOffsets_;  ///< by row; empty: to be recomputed
    quint64 nextId_ = 1;
    QUndoStack undo_;
};

/// A state in words: "Waiting", "GPU 1 · step 12/30", "Done".
QString stateText(const RowState& state);

}  // namespace fanlight::ui
