import { Fault } from '../fault.ts';
import type { ControlPlane, Credentials } from './ports.ts';

/**
 * Tells the control plane why a service cannot be proven, each reason once: it would only see that no proof comes, and whoever lists the servers
 * there could not see why. Null is for a service that can be. What was not heard is told with the next look.
 */
export function troubleTeller(
  control: Pick<ControlPlane, 'trouble'>,
  credentials: () => Credentials,
): (problem: string | null) => void {
  let told: string | null = null;
  const tell = async (problem: string): Promise<void> => {
    try {
      await control.trouble(credentials().member, { problem });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (told === problem) told = null;
    }
  };
  return (problem) => {
    const isNews = problem !== null && problem !== told;
    told = problem;
    if (isNews) void tell(problem);
  };
}
