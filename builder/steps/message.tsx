import { IconMail } from '@tabler/icons-react';
import type { MessageStep } from '#shared/steps/message.ts';
import { MessageEditor } from '../ui/message-editor/index.tsx';
import type { StepFace, StepFormProps } from './face.ts';

export const message: StepFace<MessageStep> = { icon: IconMail, color: 'meadow', palette: 10, Form: MessageForm };

function MessageForm({ step, onChange }: StepFormProps<MessageStep>) {
  return (
    <MessageEditor step={step.id} value={step.message} onChange={(said) => onChange({ ...step, message: said })} />
  );
}
